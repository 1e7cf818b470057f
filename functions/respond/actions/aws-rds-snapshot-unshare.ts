/** Takes a database snapshot back from everybody it is shared with; its undo shares it with the same again. */
import * as z from 'zod';
import { AccountId, awsTarget, contain, readAs, regional } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { keptSharing, SHARING_STAYS_OPEN, Sharing } from './aws-sharing.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const SnapshotName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,254}$/);
const Attributes = z.array(z.object({ AttributeName: z.string(), AttributeValues: z.array(z.string()).optional() }));
const valuesOf = ({ accounts, isPublic }: Sharing): string[] => [...accounts, ...(isPublic ? ['all'] : [])];

export const awsRdsSnapshotUnshare = defineChange({
  id: 'aws-rds-snapshot-unshare',
  provider: 'aws',
  title: { en: 'Unshare a database snapshot', ja: 'データベーススナップショットの共有を解除する' },
  does: {
    en: 'Removes the permission to restore of everybody, and of every account that is not named as one to keep.',
    ja: '全員と、残すと指定していないアカウントの復元許可を解除します。',
  },
  staysOpen: [SHARING_STAYS_OPEN],
  undoes: { en: 'Gives the same permissions again.', ja: '同じ許可を再び与えます。' },
  uses: ['rds:DescribeDBSnapshotAttributes', 'rds:ModifyDBSnapshotAttribute'],
  resources: ['arn:*:rds:*:*:snapshot:*'],
  blastRadius: 1,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-RFAM'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1022',
  parameters: z.strictObject({ ...inRegion, dbSnapshot: SnapshotName, keepAccounts: z.array(AccountId).max(50).exactOptional() }),
  state: Sharing,
  target: (parameters) =>
    awsTarget(parameters, regional(parameters, 'rds', `snapshot:${parameters.dbSnapshot}`), parameters.dbSnapshot),
  look: async (context, { dbSnapshot }) => {
    const answer = z.object({ DBSnapshotAttributesResult: z.object({ DBSnapshotAttributes: Attributes }) });
    const parameters = { DBSnapshotIdentifier: dbSnapshot };
    const found = await readAs(context, 'rds:DescribeDBSnapshotAttributes', { parameters, answer });
    if (found === undefined) return undefined;
    const attributes = found.DBSnapshotAttributesResult.DBSnapshotAttributes;
    const values = attributes.find(({ AttributeName }) => AttributeName === 'restore')?.AttributeValues ?? [];
    return { accounts: values.filter((value) => value !== 'all').sort(), isPublic: values.includes('all') };
  },
  wanted: (state, { keepAccounts = [] }) => keptSharing(state, keepAccounts),
  calls: ({ from, to }, { dbSnapshot }) => {
    const less = (a: Sharing, b: Sharing): string[] => valuesOf(a).filter((value) => !valuesOf(b).includes(value));
    const named = { DBSnapshotIdentifier: dbSnapshot, AttributeName: 'restore' };
    const added = less(to, from);
    const removed = less(from, to);
    if (added.length === 0 && removed.length === 0) return [];
    const values = {
      ...(added.length === 0 ? {} : { ValuesToAdd: added }),
      ...(removed.length === 0 ? {} : { ValuesToRemove: removed }),
    };
    return [contain('rds:ModifyDBSnapshotAttribute', { ...named, ...values })];
  },
});
