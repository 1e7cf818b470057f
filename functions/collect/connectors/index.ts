/** The connectors that there are. A new one adds a line here; nothing else names it. */
import type { Connector } from '../connector.ts';
import { cloudflare } from './cloudflare.ts';
import { duo } from './duo.ts';
import { entraId } from './entra-id.ts';
import { github } from './github.ts';
import { googleWorkspace } from './google-workspace.ts';
import { m365 } from './m365.ts';
import { okta } from './okta.ts';
import { onepassword } from './onepassword.ts';
import { slack } from './slack.ts';

export const CONNECTORS: readonly Connector[] = [
  okta,
  entraId,
  googleWorkspace,
  duo,
  onepassword,
  m365,
  github,
  slack,
  cloudflare,
];
