/** One server that behaves like the products that take messages: their authentication, their limits, what they remember, and their bad days. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJsonObject, type JsonObject } from '../../functions/core/json.ts';

export const HOSTS = {
  slack: 'slack.com',
  hook: 'hooks.slack.com',
  teams: 'prod-00.westus.logic.azure.com',
  pagerduty: 'events.pagerduty.com',
  jira: 'acme.atlassian.net',
  servicenow: 'acme.service-now.com',
  webhook: 'soc.example.com',
} as const;

export interface Call {
  host: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  text: string;
  body: JsonObject;
}
interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}
/** A bad day: an answer in place of the real one, an answer that never comes, or one that is lost after the work was done. */
export type Trouble = Answer | 'silence' | 'lost';

export interface Vendors {
  origin: string;
  standIns: Record<string, string>;
  calls: Call[];
  /** What the next requests to a host meet. */
  trouble(host: string, ...troubles: Trouble[]): void;
  slackMessages: { ts: string; thread_ts?: string; body: JsonObject }[];
  pagerduty: Map<string, { status: 'triggered' | 'acknowledged' | 'resolved'; events: number }>;
  issues: { key: string; fields: JsonObject; comments: JsonObject[] }[];
  records: { sys_id: string; fields: JsonObject; notes: string[] }[];
  close(): Promise<void>;
}

const rich = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});

export async function startVendors(): Promise<Vendors> {
  const troubles = new Map<string, Trouble[]>();
  const vendors: Omit<Vendors, 'origin' | 'standIns' | 'close'> = {
    calls: [],
    trouble: (host, ...more) => troubles.set(host, [...(troubles.get(host) ?? []), ...more]),
    slackMessages: [],
    pagerduty: new Map(),
    issues: [],
    records: [],
  };
  const server = createServer(async (request, response) => {
    const call = await callOf(request);
    vendors.calls.push(call);
    const trouble = troubles.get(call.host)?.shift();
    if (trouble === 'silence') return;
    if (trouble !== undefined && trouble !== 'lost') return send(response, trouble);
    const answer = answerTo(call, vendors);
    if (trouble === 'lost') return request.socket.destroy();
    return send(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...vendors,
    origin,
    standIns: Object.fromEntries(Object.values(HOSTS).map((host) => [host, origin])),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function callOf(request: IncomingMessage): Promise<Call> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString('utf8');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const path = request.url ?? '';
  return { host: headers['x-forwarded-host'] ?? '', method: request.method ?? '', path, headers, text, body: parsed(text) };
}

function parsed(text: string): JsonObject {
  try {
    return rich(JSON.parse(text));
  } catch {
    return {};
  }
}

function send(response: ServerResponse, { status, body = {}, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

type World = Omit<Vendors, 'origin' | 'standIns' | 'close'>;

function answerTo(call: Call, world: World): Answer {
  switch (call.host) {
    case HOSTS.slack:
      return slack(call, world);
    case HOSTS.hook:
      return call.path === '/services/T0/B0/topsecret' ? { status: 200, body: 'ok' } : { status: 404, body: 'no_service' };
    case HOSTS.teams:
      return teams(call);
    case HOSTS.pagerduty:
      return pagerduty(call, world);
    case HOSTS.jira:
      return jira(call, world);
    case HOSTS.servicenow:
      return servicenow(call, world);
    default:
      return { status: 200 };
  }
}

/** Slack refuses with 200 and `ok: false`. */
function slack({ headers, path, body }: Call, { slackMessages }: World): Answer {
  const refuse = (error: string): Answer => ({ status: 200, body: { ok: false, error } });
  if (path !== '/api/chat.postMessage') return { status: 404 };
  if (headers['authorization'] !== 'Bearer xoxb-secret') return refuse('invalid_auth');
  if (body['channel'] !== 'C012345678') return refuse('channel_not_found');
  const blocks = Array.isArray(body['blocks']) ? body['blocks'].map(rich) : [];
  const tooLong = blocks.some((block) => {
    const text = String(rich(block['text'])['text'] ?? '');
    return (
      text.length > (block['type'] === 'header' ? 150 : 3000) ||
      (block['type'] !== 'actions' && text === '' && block['fields'] === undefined)
    );
  });
  if (tooLong || blocks.length > 50) return refuse('invalid_blocks');
  const thread = body['thread_ts'];
  if (typeof thread === 'string' && !slackMessages.some(({ ts }) => ts === thread)) return refuse('thread_not_found');
  const ts = `17000000${slackMessages.length}.000100`;
  slackMessages.push({ ts, body, ...(typeof thread === 'string' ? { thread_ts: thread } : {}) });
  return { status: 200, body: { ok: true, channel: 'C012345678', ts } };
}

function teams({ body, text }: Call): Answer {
  if (Buffer.byteLength(text) > 28_672) return { status: 413 };
  const card = rich(rich(Array.isArray(body['attachments']) ? body['attachments'][0] : {})['content']);
  return body['type'] === 'message' && card['type'] === 'AdaptiveCard' ? { status: 202, body: '' } : { status: 400 };
}

/** @see PagerDuty, Events API v2: triggers of a resolved key open a new alert, the rest is dropped */
function pagerduty({ body, path }: Call, { pagerduty: alerts }: World): Answer {
  const key = String(body['dedup_key'] ?? '');
  const payload = rich(body['payload']);
  const isTrigger = body['event_action'] === 'trigger';
  const isWhole = ['summary', 'source', 'severity'].every((name) => typeof payload[name] === 'string');
  if (path !== '/v2/enqueue' || body['routing_key'] !== 'R0123' || (isTrigger && !isWhole) || key.length > 255)
    return { status: 400, body: { status: 'invalid event' } };
  const known = alerts.get(key);
  if (isTrigger)
    alerts.set(key, {
      status: known?.status === 'acknowledged' ? 'acknowledged' : 'triggered',
      events: (known?.events ?? 0) + 1,
    });
  else if (known !== undefined)
    alerts.set(key, { ...known, status: body['event_action'] === 'resolve' ? 'resolved' : 'acknowledged' });
  return { status: 202, body: { status: 'success', dedup_key: key } };
}

const isAdf = (doc: unknown): boolean =>
  rich(doc)['type'] === 'doc' && rich(doc)['version'] === 1 && !JSON.stringify(doc).includes('"text":""');

function jira({ headers, path, body }: Call, { issues }: World): Answer {
  const good = `Basic ${Buffer.from('bot@example.com:token').toString('base64')}`;
  if (headers['authorization'] !== good) return { status: 401 };
  if (path === '/rest/api/3/search/jql') {
    const label = /labels = "([^"]+)"/.exec(String(body['jql']))?.[1] ?? '';
    const found = issues.filter(({ fields }) => Array.isArray(fields['labels']) && fields['labels'].includes(label));
    return { status: 200, body: { issues: found.map(({ key }) => ({ id: '1', key })), isLast: true } };
  }
  const comment = /^\/rest\/api\/3\/issue\/([A-Z]+-\d+)\/comment$/.exec(path)?.[1];
  if (comment !== undefined) {
    if (!isAdf(body['body'])) return { status: 400 };
    issues.find(({ key }) => key === comment)?.comments.push(body);
    return { status: 201, body: { id: '1' } };
  }
  const fields = rich(body['fields']);
  const summary = String(fields['summary'] ?? '');
  if (path !== '/rest/api/3/issue' || !isAdf(fields['description']) || summary.length > 255 || summary.includes('\n'))
    return { status: 400 };
  const key = `SEC-${issues.length + 1}`;
  issues.push({ key, fields, comments: [] });
  return { status: 201, body: { id: '1', key, self: 'x' } };
}

function servicenow({ headers, method, path, body }: Call, { records }: World): Answer {
  if (headers['x-sn-apikey'] !== 'k1') return { status: 401 };
  const url = new URL(path, 'http://x');
  if (method === 'GET') {
    const wanted = (url.searchParams.get('sysparm_query') ?? '').replace('correlation_id=', '');
    const result = records.filter(({ fields }) => fields['correlation_id'] === wanted).map(({ sys_id }) => ({ sys_id }));
    return { status: 200, body: { result } };
  }
  if (method === 'PATCH') {
    const record = records.find(({ sys_id }) => url.pathname.endsWith(`/${sys_id}`));
    record?.notes.push(String(body['work_notes']));
    return record === undefined ? { status: 404 } : { status: 200, body: { result: { sys_id: record.sys_id } } };
  }
  const sys_id = String(records.length + 1).padStart(32, '0');
  records.push({ sys_id, fields: body, notes: [] });
  return { status: 201, body: { result: { sys_id, number: 'INC001' } } };
}
