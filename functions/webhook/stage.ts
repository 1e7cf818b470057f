/** The webhook stage: a request from the internet → its raw body as an object in landing, if it is signed, fresh and new. */
import type { WebhookConfig } from '../core/collect-config.ts';
import { sha256 } from '../core/digest.ts';
import { isJsonObject } from '../core/json.ts';
import type { Clock } from '../ports/clock.ts';
import type { Meter } from '../ports/meter.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { Table } from '../ports/table.ts';
import { type Verdict, verify } from './signature.ts';

export interface WebhookPorts {
  landing: ObjectStore;
  table: Table;
  secrets: Secrets;
  clock: Clock;
  meter: Meter;
}

export interface WebhookRequest {
  method: string;
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

export interface WebhookAnswer {
  status: number;
  body: string;
}

export const MAX_BODY_BYTES = 1024 * 1024;
/** A message that comes again within this time is taken for the same one; vendors send again for at most 3 days. */
const REMEMBER_MS = 7 * 86_400_000;

/** The same words whatever was wrong: an answer tells a stranger nothing. */
const ANSWERS = { 200: 'ok', 401: 'unauthorized', 404: 'not found', 405: 'method not allowed', 413: 'too large' } as const;
const answer = (status: keyof typeof ANSWERS): WebhookAnswer => ({ status, body: ANSWERS[status] });

/**
 * Takes one request. Landing is written before the message is remembered: what dies in between is sent again and written again, alike.
 * @throws YaguraError where a store or the secret cannot be reached; the sender then sends again
 */
export async function receive(
  request: WebhookRequest,
  ports: WebhookPorts,
  endpoints: readonly WebhookConfig[],
): Promise<WebhookAnswer> {
  const endpoint = endpoints.find(({ path }) => request.path === `/hooks/${path}`);
  if (endpoint === undefined) return counted(ports, answer(404), 'unknown_path');
  if (request.method !== 'POST') return counted(ports, answer(405), 'not_post');
  if (request.body.byteLength > MAX_BODY_BYTES) return counted(ports, answer(413), 'too_large');
  const { verdict, isRotated } = await judged(request, ports, endpoint);
  if (!verdict.isGood) return counted(ports, answer(401), verdict.why);
  if (isRotated) ports.meter.count({ WebhookSecretRotatedCount: 1 });
  const challenge = slackChallenge(request, endpoint);
  if (challenge !== undefined) return { status: 200, body: challenge };
  return await keep(request, ports, { endpoint, id: verdict.id });
}

/** A secret may have been rotated since it was read: before a signature is refused, it is read anew. */
async function judged(
  { headers, body }: WebhookRequest,
  { secrets, clock }: WebhookPorts,
  { signature, secret: reference }: WebhookConfig,
): Promise<{ verdict: Verdict; isRotated: boolean }> {
  const known = await secrets.get(reference);
  const signed = { headers, body, nowMs: clock.nowMs() };
  const verdict = verify(signature, { ...signed, secret: known });
  if (verdict.isGood || verdict.why !== 'bad_signature') return { verdict, isRotated: false };
  const fresh = await secrets.get(reference, { fresh: true });
  if (fresh === known) return { verdict, isRotated: false };
  return { verdict: verify(signature, { ...signed, secret: fresh }), isRotated: true };
}

/** Slack asks once whether this is the right address. @see Slack Events API, "url_verification event" */
function slackChallenge({ body }: WebhookRequest, { signature }: WebhookConfig): string | undefined {
  if (signature !== 'slack' || body.byteLength > 4096) return undefined;
  try {
    const message: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    const { type, challenge } = isJsonObject(message) ? message : {};
    return type === 'url_verification' && typeof challenge === 'string' ? challenge.slice(0, 256) : undefined;
  } catch {
    return undefined;
  }
}

async function keep(
  { headers, body }: WebhookRequest,
  ports: WebhookPorts,
  { endpoint, id }: { endpoint: WebhookConfig; id: string },
): Promise<WebhookAnswer> {
  const nowMs = ports.clock.nowMs();
  const ids = [`signature#${id}`, ...deliveryOf(headers)].map((one) => ({
    pk: `webhook#${endpoint.path}#${sha256(one)}`,
    sk: 'seen',
  }));
  for (const { pk, sk } of ids) if ((await ports.table.get(pk, sk)) !== undefined) return counted(ports, answer(200), 'again');
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '/');
  // The name is of the content: the same message is the same object.
  await ports.landing.put(`collect/${endpoint.source}/${day}/hook-${endpoint.path}-${sha256(body).slice(0, 32)}.json`, body, {
    contentType: 'application/json',
  });
  const expiresAtSec = Math.floor((nowMs + REMEMBER_MS) / 1000);
  await ports.table.write(ids.map((key) => ({ put: { ...key, data: { atMs: nowMs }, expiresAtSec } })));
  return counted(ports, answer(200), 'taken');
}

/** GitHub's id of a delivery; a delivery that is sent again has the same one. */
function deliveryOf(headers: WebhookRequest['headers']): string[] {
  const id = headers['x-github-delivery'];
  return id === undefined || id.length > 100 ? [] : [`delivery#${id}`];
}

function counted({ meter }: WebhookPorts, given: WebhookAnswer, outcome: string): WebhookAnswer {
  meter.count({ WebhookRequestCount: 1 }, { Outcome: outcome });
  return given;
}
