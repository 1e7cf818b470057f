/** Stops an event source from invoking a Lambda function; its undo lets it again. */
import * as z from 'zod';
import { awsTarget, contain, readAs, regional } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const Uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);

export const awsLambdaSourceDisable = defineChange({
  id: 'aws-lambda-source-disable',
  provider: 'aws',
  title: { en: 'Disable an event source of a Lambda function', ja: 'Lambda 関数のイベントソースを無効にする' },
  does: {
    en: 'Disables the event source mapping: queue or stream no longer invoke the function.',
    ja: 'イベントソースマッピングを無効にし、キューやストリームから関数が呼び出されないようにします。',
  },
  staysOpen: [
    {
      en: 'The function can still be invoked in other ways; messages expire by the retention of their queue or stream.',
      ja: '関数はほかの方法で呼び出せます。メッセージはキューやストリームの保持期間で失われます。',
    },
  ],
  undoes: { en: 'Gives the mapping the state of before.', ja: 'マッピングを元の状態に戻します。' },
  uses: ['lambda:GetEventSourceMapping', 'lambda:UpdateEventSourceMapping'],
  resources: ['arn:*:lambda:*:*:event-source-mapping:*'],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-EI'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1038',
  parameters: z.strictObject({ ...inRegion, mappingId: Uuid }),
  state: z.strictObject({ isEnabled: z.boolean() }),
  target: (parameters) =>
    awsTarget(parameters, regional(parameters, 'lambda', `event-source-mapping:${parameters.mappingId}`), parameters.mappingId),
  look: async (context, { mappingId }) => {
    const answer = z.object({ State: z.string() });
    const found = await readAs(context, 'lambda:GetEventSourceMapping', { parameters: { UUID: mappingId }, answer });
    return found && { isEnabled: !['Disabled', 'Disabling'].includes(found.State) };
  },
  wanted: () => ({ isEnabled: false }),
  calls: ({ from, to }, { mappingId }) =>
    from.isEnabled === to.isEnabled
      ? []
      : [contain('lambda:UpdateEventSourceMapping', { UUID: mappingId, Enabled: to.isEnabled })],
});
