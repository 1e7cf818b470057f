// The one configuration file of a deployment. Every option has a default; functions/core/config.ts explains each of them.
import { defineConfig } from './functions/core/config.ts';

export default defineConfig({
  // organizationId: 'o-exampleorgid',
  // region: 'ap-northeast-1',
  // notify: { email: 'soc@example.com' },
});
