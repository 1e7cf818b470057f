/** Confirms an Entra ID user as compromised, so that the tenant's own risk policies act; its undo dismisses the risk. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { entraUserOf, entraUserTarget, ofEntraUser } from './entra.ts';
import { change } from './tenant.ts';

const RiskyUser = z.object({ riskState: z.string(), riskLevel: z.string() });

export const entraRiskConfirm = defineChange({
  id: 'entra-risk-confirm',
  provider: 'entra',
  title: { en: 'Confirm an Entra ID user as compromised', ja: 'Entra ID ユーザーの侵害を確認済みにする' },
  does: {
    en: "Sets the user's risk to high: the tenant's own risk-based policies block it or demand another password.",
    ja: 'ユーザーのリスクを「高」にします。テナントのリスクベースのポリシーがブロックやパスワード変更を求めます。',
  },
  staysOpen: [
    {
      en: 'Without a conditional access policy on user risk nothing happens. It needs Entra ID P2.',
      ja: 'ユーザーリスクの条件付きアクセスポリシーがなければ何も起こりません。Entra ID P2 が必要です。',
    },
  ],
  undoes: {
    en: 'Dismisses the risk where it was not confirmed before; other detections of the user are dismissed with it.',
    ja: '元々確認済みでなければリスクを無視します。そのユーザーのほかの検出も無視されます。',
  },
  uses: ['entra:GetUser', 'entra:GetRiskyUser', 'entra:ConfirmCompromised', 'entra:DismissRisk'],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'partial',
  d3fend: countermeasure('D3-ANCI'),
  d3fendUndo: countermeasure('D3-RUAA'),
  mitigation: 'M1036',
  parameters: z.strictObject(ofEntraUser),
  state: z.strictObject({ isConfirmed: z.boolean() }),
  target: (parameters) => entraUserTarget(parameters, '/risk'),
  look: async (context, parameters) => {
    if ((await entraUserOf(context, parameters)) === undefined) return undefined;
    const { userId } = parameters;
    // A user who was never at risk is not among the risky ones.
    const risky = await readAs(context, 'entra:GetRiskyUser', { parameters: { userId }, answer: RiskyUser });
    return { isConfirmed: risky?.riskState === 'confirmedCompromised' };
  },
  wanted: () => ({ isConfirmed: true }),
  calls: ({ from, to }, { userId }) => {
    if (from.isConfirmed === to.isConfirmed) return [];
    return [change(to.isConfirmed ? 'entra:ConfirmCompromised' : 'entra:DismissRisk', { userIds: [userId] })];
  },
});
