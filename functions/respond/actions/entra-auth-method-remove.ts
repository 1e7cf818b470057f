/** Removes one authentication method of an Entra ID user, the one that an attacker registered; it cannot be taken back. */
import * as z from 'zod';
import type { ActionContext } from './action.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { entraUserOf, entraUserTarget, type OfEntraUser, ofEntraUser, roleHolderCautions } from './entra.ts';
import { change, readAll } from './tenant.ts';

/** What Graph calls a method's type, and the collection that it is deleted from. A password is no method to remove. */
const KINDS: Readonly<Record<string, string>> = {
  '#microsoft.graph.phoneAuthenticationMethod': 'phoneMethods',
  '#microsoft.graph.microsoftAuthenticatorAuthenticationMethod': 'microsoftAuthenticatorMethods',
  '#microsoft.graph.fido2AuthenticationMethod': 'fido2Methods',
  '#microsoft.graph.softwareOathAuthenticationMethod': 'softwareOathMethods',
  '#microsoft.graph.emailAuthenticationMethod': 'emailMethods',
  '#microsoft.graph.temporaryAccessPassAuthenticationMethod': 'temporaryAccessPassMethods',
  '#microsoft.graph.windowsHelloForBusinessAuthenticationMethod': 'windowsHelloForBusinessMethods',
};
const Method = z.object({ id: z.string(), '@odata.type': z.string(), createdDateTime: z.string().nullish() });

async function methodsOf(context: ActionContext, parameters: OfEntraUser): Promise<z.infer<typeof Method>[] | undefined> {
  if ((await entraUserOf(context, parameters)) === undefined) return undefined;
  const { userId } = parameters;
  return await readAll(context, 'entra:ListAuthenticationMethods', { parameters: { userId }, item: Method });
}

export const entraAuthMethodRemove = defineChange({
  id: 'entra-auth-method-remove',
  provider: 'entra',
  title: { en: 'Remove an authentication method of an Entra ID user', ja: 'Entra ID ユーザーの認証方法を 1 つ削除する' },
  does: {
    en: 'Deletes this one method: the phone, key, application or temporary pass that an attacker registered.',
    ja: 'この認証方法（攻撃者が登録した電話、キー、アプリ、一時アクセスパス）だけを削除します。',
  },
  staysOpen: [
    {
      en: 'Sessions that were opened with it live on: revoke them. Other methods and the password stay.',
      ja: 'その方法で開かれたセッションは残ります。失効させてください。ほかの方法とパスワードは残ります。',
    },
    {
      en: 'Where it was the last one, whoever signs in next with the password registers a new one.',
      ja: '最後の方法だった場合、次にパスワードでサインインした者が新しい方法を登録できます。',
    },
  ],
  undoes: { en: 'Nothing: the user registers again.', ja: '元に戻せません。ユーザーが登録し直します。' },
  uses: [
    ...['entra:GetUser', 'entra:ListRoleAssignments', 'entra:ListAuthenticationMethods'],
    'entra:DeleteAuthenticationMethod',
  ],
  blastRadius: 1,
  approvalTier: 2,
  reversible: 'none',
  d3fend: countermeasure('D3-CE'),
  mitigation: 'M1032',
  parameters: z.strictObject({ ...ofEntraUser, methodId: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'the id of a method') }),
  state: z.strictObject({ type: z.string() }),
  target: (parameters) => entraUserTarget(parameters, `/methods/${parameters.methodId}`),
  look: async (context, parameters) => {
    const methods = await methodsOf(context, parameters);
    return methods && { type: methods.find(({ id }) => id === parameters.methodId)?.['@odata.type'] ?? 'none' };
  },
  refuses: ({ type }) => (Object.hasOwn(KINDS, type) ? [] : [`${type} cannot be removed this way`]),
  wanted: () => ({ type: 'none' }),
  calls: ({ from, to }, { userId, methodId }) => {
    const kind = Object.hasOwn(KINDS, from.type) ? KINDS[from.type] : undefined;
    return kind === undefined || to.type !== 'none'
      ? []
      : [change('entra:DeleteAuthenticationMethod', { userId, kind, methodId })];
  },
  cautions: (context, _, { userId }) => roleHolderCautions(context, userId),
  facts: async (context, _, parameters) => ({
    methods: ((await methodsOf(context, parameters)) ?? []).map((method) => ({
      ...{ id: method.id, type: method['@odata.type'], created: method.createdDateTime ?? '' },
    })),
  }),
});
