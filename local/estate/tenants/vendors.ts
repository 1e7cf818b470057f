/** Every simulated vendor, by product. */
import { ENTRA } from './entra.ts';
import { GITHUB } from './github.ts';
import { GOOGLE } from './google.ts';
import { MICROSOFT_365 } from './microsoft-365.ts';
import { OKTA } from './okta.ts';
import { SLACK } from './slack.ts';
import type { SimulatedVendors } from './vendor.ts';

export const VENDORS: SimulatedVendors = {
  okta: OKTA,
  entra: ENTRA,
  github: GITHUB,
  'google-workspace': GOOGLE,
  'microsoft-365': MICROSOFT_365,
  slack: SLACK,
};
