/** Moves an account into a quarantine OU; its undo moves it back where it was. */
import * as z from 'zod';
import { AccountId, awsTarget, contain, GLOBAL_REGION, readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

/** @see Organizations API, OrganizationalUnitId */
const OuId = z.string().regex(/^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/);

export const awsOrgMove = defineChange({
  id: 'aws-org-move',
  provider: 'aws',
  title: { en: 'Move an account into the quarantine OU', ja: 'アカウントを隔離用 OU に移す' },
  does: {
    en: 'Moves the account below the quarantine organizational unit, whose policies then bind it.',
    ja: 'アカウントを隔離用の組織単位に移し、そのポリシーで縛ります。',
  },
  staysOpen: [
    {
      en: 'The policies of the old unit no longer hold; stack sets that follow units may add or remove stacks.',
      ja: '元の組織単位のポリシーは効かなくなります。組織単位に従うスタックセットがスタックを増減することがあります。',
    },
  ],
  undoes: { en: 'Moves the account back to the parent that it had.', ja: '元の親に戻します。' },
  uses: ['organizations:ListParents', 'organizations:MoveAccount'],
  blastRadius: 4,
  approvalTier: 3,
  reversible: 'full',
  d3fend: countermeasure('D3-APA'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1018',
  parameters: z.strictObject({ accountId: AccountId, memberAccountId: AccountId, quarantineOuId: OuId }),
  state: z.strictObject({ parent: z.string() }),
  target: ({ accountId, memberAccountId }) =>
    awsTarget(
      { accountId, region: GLOBAL_REGION },
      `arn:aws:organizations::${accountId}:account/${memberAccountId}`,
      memberAccountId,
    ),
  look: async (context, { memberAccountId }) => {
    const answer = z.object({ Parents: z.array(z.object({ Id: z.string() })) });
    const found = await readAs(context, 'organizations:ListParents', { parameters: { ChildId: memberAccountId }, answer });
    const parent = found?.Parents[0]?.Id;
    return parent === undefined ? undefined : { parent };
  },
  wanted: (_, { quarantineOuId }) => ({ parent: quarantineOuId }),
  calls: ({ from, to }, { memberAccountId }) =>
    from.parent === to.parent
      ? []
      : [
          contain('organizations:MoveAccount', {
            AccountId: memberAccountId,
            SourceParentId: from.parent,
            DestinationParentId: to.parent,
          }),
        ],
});
