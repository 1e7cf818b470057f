/** Scales an ECS service to nothing; its undo restores the number of tasks of before. */
import * as z from 'zod';
import { awsTarget, contain, readAs, regional } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const Name = z.string().regex(/^[A-Za-z0-9_-]{1,255}$/);
const Service = z.object({ serviceName: z.string(), status: z.string(), desiredCount: z.int() });

export const awsEcsServiceStop = defineChange({
  id: 'aws-ecs-service-stop',
  provider: 'aws',
  title: { en: 'Stop an ECS service', ja: 'ECS サービスを停止する' },
  does: {
    en: 'Sets the desired count to zero: ECS stops all tasks of the service.',
    ja: '必要タスク数を 0 にし、サービスの全タスクを停止させます。',
  },
  staysOpen: [
    {
      en: 'The file systems of the containers are lost: take what you need first.',
      ja: 'コンテナのファイルシステムは失われます。必要なものは事前に取得してください。',
    },
    {
      en: 'Service auto scaling may raise the count again, and tasks that were started alone go on.',
      ja: 'サービスの自動スケーリングが再び増やすことがあります。単独で起動されたタスクは続きます。',
    },
  ],
  undoes: { en: 'Restores the desired count.', ja: '必要タスク数を元に戻します。' },
  uses: ['ecs:DescribeServices', 'ecs:UpdateService'],
  resources: ['arn:*:ecs:*:*:service/*'],
  blastRadius: 3,
  approvalTier: 2,
  reversible: 'partial',
  d3fend: countermeasure('D3-PT'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1042',
  parameters: z.strictObject({ ...inRegion, cluster: Name, service: Name }),
  state: z.strictObject({ desiredCount: z.int() }),
  target: (parameters) =>
    awsTarget(parameters, regional(parameters, 'ecs', `service/${parameters.cluster}/${parameters.service}`), parameters.service),
  look: async (context, { cluster, service }) => {
    const answer = z.object({ services: z.array(Service) });
    const found = await readAs(context, 'ecs:DescribeServices', { parameters: { cluster, services: [service] }, answer });
    const own = found?.services.find(({ status }) => status === 'ACTIVE');
    return own && { desiredCount: own.desiredCount };
  },
  wanted: () => ({ desiredCount: 0 }),
  calls: ({ from, to }, { cluster, service }) =>
    from.desiredCount === to.desiredCount
      ? []
      : [contain('ecs:UpdateService', { cluster, service, desiredCount: to.desiredCount })],
});
