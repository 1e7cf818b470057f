/** Removes the application permissions of a service principal of Entra ID; its undo assigns them again. */
import * as z from 'zod';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { ofPrincipal, principalOf, principalTarget } from './entra.ts';
import { change, readAll } from './tenant.ts';

const Assignment = z.object({ id: z.string(), resourceId: z.string(), appRoleId: z.string() });
type Assignment = z.infer<typeof Assignment>;
/** Graph gives each assignment an id of its own. */
const content = ({ resourceId, appRoleId }: Assignment): string => `${resourceId} ${appRoleId}`;
const without = (all: readonly Assignment[], others: readonly Assignment[]): Assignment[] =>
  all.filter((one) => !others.some((other) => content(other) === content(one)));

export const entraAppRoleRemove = defineChange({
  id: 'entra-app-role-remove',
  provider: 'entra',
  title: { en: 'Remove the application permissions of an application', ja: 'アプリケーションのアプリケーション許可を削除する' },
  does: {
    en: 'Deletes every application permission (app role) that the service principal holds: it can act on nothing by itself.',
    ja: 'サービスプリンシパルが持つアプリケーション許可（アプリロール）をすべて削除し、単独で何もできなくします。',
  },
  staysOpen: [
    {
      en: 'Access tokens that it holds keep their permissions for about an hour, up to a day for managed identities.',
      ja: '保持済みのアクセストークンの権限は約 1 時間（マネージド ID では最長 1 日）残ります。',
    },
    {
      en: 'Directory roles and Azure role assignments of it are others: look at them too.',
      ja: 'ディレクトリロールと Azure のロール割り当ては別です。あわせて確認してください。',
    },
  ],
  undoes: { en: 'Assigns the same permissions again, under new ids.', ja: '同じ許可を、新しい ID で再び割り当てます。' },
  uses: [
    ...['entra:GetServicePrincipal', 'entra:ListAppRoleAssignments'],
    ...['entra:DeleteAppRoleAssignment', 'entra:CreateAppRoleAssignment'],
  ],
  blastRadius: 3,
  approvalTier: 3,
  reversible: 'full',
  d3fend: countermeasure('D3-UAP'),
  d3fendUndo: countermeasure('D3-RUAA'),
  mitigation: 'M1026',
  parameters: z.strictObject(ofPrincipal),
  state: z.strictObject({ assignments: z.array(Assignment) }),
  compared: ({ assignments }) => assignments.map(content).sort(),
  target: (parameters) => principalTarget(parameters, '/appRoleAssignments'),
  look: async (context, parameters) => {
    if ((await principalOf(context, parameters)) === undefined) return undefined;
    const { servicePrincipalId } = parameters;
    const found = await readAll(context, 'entra:ListAppRoleAssignments', {
      parameters: { servicePrincipalId },
      item: Assignment,
    });
    return found && { assignments: found.sort((a, b) => (content(a) < content(b) ? -1 : 1)) };
  },
  wanted: () => ({ assignments: [] }),
  calls: ({ from, to }, { servicePrincipalId }) => [
    ...without(from.assignments, to.assignments).map(({ id }) =>
      change('entra:DeleteAppRoleAssignment', { servicePrincipalId, assignmentId: id }),
    ),
    ...without(to.assignments, from.assignments).map(({ resourceId, appRoleId }) =>
      change('entra:CreateAppRoleAssignment', { servicePrincipalId, principalId: servicePrincipalId, resourceId, appRoleId }),
    ),
  ],
});
