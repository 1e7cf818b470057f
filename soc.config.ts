// The one configuration file of a deployment. Every option has a default: docs/config.md, and `npm run yagura -- config explain`.
import { defineConfig } from './functions/core/config.ts';

export default defineConfig({
  // preset: 'try-out', // or 'small-company', 'organization'
  // organizationId: 'o-exampleorgid',
  // region: 'ap-northeast-1',
  // adopt: [{ bucket: 'org-trail-logs', account: '111122223333', prefix: 'AWSLogs/' }],   // docs/decisions/0043-adopted-buckets.md
  // members: { organizationalUnits: ['ou-abcd-11112222'], regions: ['us-east-1'] },
  // notify: { email: 'soc@example.com' },
  // cases: { calendar: { timeZone: 'Asia/Tokyo' }, people: [{ id: 'alice', tier: 'tier1' }] },   // docs/cases.md
  // respond: { tenants: [{ product: 'okta', tenant: 'acme.okta.com', secrets: { read: 'yagura/okta-read' } }] },   // docs/actions.md
});
