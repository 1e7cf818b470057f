// Every vendor that a connector is tested against.
import { github } from './github.ts';
import { googleWorkspace } from './google-workspace.ts';
import { entraId, m365 } from './microsoft.ts';
import { okta } from './okta.ts';
import { cloudflare, duo, onepassword, slack } from './others.ts';
import type { Vendor } from './server.ts';

export const VENDORS: readonly Vendor[] = [okta, entraId, googleWorkspace, duo, onepassword, m365, github, slack, cloudflare];
