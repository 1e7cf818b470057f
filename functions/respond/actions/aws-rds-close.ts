/** Makes a database instance unreachable from the internet and protects it from deletion; its undo restores both. */
import * as z from 'zod';
import { awsTarget, contain, readAs, regional } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const DbName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,62}$/);

export const awsRdsClose = defineChange({
  id: 'aws-rds-close',
  provider: 'aws',
  title: { en: 'Close a database to the internet', ja: 'データベースをインターネットから閉じる' },
  does: {
    en: 'Takes the public address from the database instance and turns deletion protection on, at once.',
    ja: 'データベースインスタンスのパブリックアドレスを外し、削除保護を有効にします（即時）。',
  },
  staysOpen: [
    {
      en: 'Within the VPC, its peers and its VPN the database is reachable as before; passwords are unchanged.',
      ja: 'VPC 内、ピアリング先、VPN からは従来どおり接続できます。パスワードは変わりません。',
    },
  ],
  undoes: { en: 'Restores both settings as they were.', ja: '両方の設定を元に戻します。' },
  uses: ['rds:DescribeDBInstances', 'rds:ModifyDBInstance'],
  resources: ['arn:*:rds:*:*:db:*'],
  blastRadius: 3,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-NRAM'),
  d3fendUndo: countermeasure('D3-RNA'),
  mitigation: 'M1035',
  parameters: z.strictObject({ ...inRegion, dbInstance: DbName }),
  state: z.strictObject({ isPublic: z.boolean(), isProtected: z.boolean() }),
  target: (parameters) =>
    awsTarget(parameters, regional(parameters, 'rds', `db:${parameters.dbInstance}`), parameters.dbInstance),
  look: async (context, { dbInstance }) => {
    const Instance = z.object({ PubliclyAccessible: z.boolean().optional(), DeletionProtection: z.boolean().optional() });
    const answer = z.object({ DBInstances: z.array(Instance) });
    const found = await readAs(context, 'rds:DescribeDBInstances', { parameters: { DBInstanceIdentifier: dbInstance }, answer });
    const own = found?.DBInstances[0];
    return own && { isPublic: own.PubliclyAccessible === true, isProtected: own.DeletionProtection === true };
  },
  wanted: () => ({ isPublic: false, isProtected: true }),
  calls: ({ from, to }, { dbInstance }) =>
    from.isPublic === to.isPublic && from.isProtected === to.isProtected
      ? []
      : [
          contain('rds:ModifyDBInstance', {
            DBInstanceIdentifier: dbInstance,
            ...{ PubliclyAccessible: to.isPublic, DeletionProtection: to.isProtected, ApplyImmediately: true },
          }),
        ],
});
