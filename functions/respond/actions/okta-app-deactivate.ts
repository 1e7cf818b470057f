/** Deactivates an Okta application; its undo activates it again. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { AppId, OktaTenant } from './okta.ts';
import { change, tenantTarget } from './tenant.ts';

const App = z.object({ name: z.string(), label: z.string(), status: z.string() });
/** Okta's own: without the console nobody can undo by hand. */
const OWN_APPS = ['saasure', 'okta_enduser', 'okta_browser_plugin'];

export const oktaAppDeactivate = defineChange({
  id: 'okta-app-deactivate',
  provider: 'okta',
  title: { en: 'Deactivate an Okta application', ja: 'Okta アプリケーションを無効にする' },
  does: {
    en: 'Deactivates the application: nobody signs in to it through Okta, and it gets no more tokens.',
    ja: 'アプリケーションを無効にします。Okta 経由のサインインもトークンの発行もできなくなります。',
  },
  staysOpen: [
    {
      en: 'Sessions within the application and tokens that it holds already live on until they end.',
      ja: 'アプリケーション内のセッションと発行済みのトークンは、終わるまで残ります。',
    },
    {
      en: 'Everybody who works with it is locked out.',
      ja: '利用者全員が使えなくなります。',
    },
  ],
  undoes: { en: 'Activates it where it was active before.', ja: '元々有効だった場合は有効に戻します。' },
  uses: ['okta:GetApp', 'okta:DeactivateApp', 'okta:ActivateApp'],
  blastRadius: 3,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-APA'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1042',
  parameters: z.strictObject({ tenant: OktaTenant, appId: AppId }),
  state: z.strictObject({ status: z.string(), name: z.string() }),
  target: ({ tenant, appId }) => tenantTarget('okta', { tenant, path: `apps/${appId}`, name: appId }),
  look: async (context, { appId }) => {
    const app = await readAs(context, 'okta:GetApp', { parameters: { appId }, answer: App });
    return app && { status: app.status, name: app.name };
  },
  refuses: ({ status, name }) => [
    ...(OWN_APPS.includes(name) ? [`${name} is Okta's own: without it nobody can undo by hand`] : []),
    ...(status === 'ACTIVE' ? [] : [`the application is ${status}`]),
  ],
  wanted: (state) => ({ ...state, status: 'INACTIVE' }),
  calls: ({ from, to }, { appId }) => {
    if (from.status === to.status) return [];
    return [change(to.status === 'ACTIVE' ? 'okta:ActivateApp' : 'okta:DeactivateApp', { appId })];
  },
});
