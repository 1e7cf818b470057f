/** The api stage: a request of a known person → what the table of routes says, within their role and clearance, recorded where it changes something. */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type * as z from 'zod';
import { type Member, mayAs } from '../core/api/member.ts';
import { ROUTE_NAMES, ROUTES, type Route, type RouteName, roleOfOperation } from '../core/api/routes.ts';
import { visibleEvents } from '../core/api/visible.ts';
import type { Operation } from '../core/case/operation.ts';
import type { CasePolicy } from '../core/case/policy.ts';
import { type Problem, YaguraError } from '../core/error.ts';
import type { Bus } from '../ports/bus.ts';
import { readCase } from '../ports/case-store.ts';
import { changeCase } from '../ports/change-case.ts';
import type { Clock, Ids } from '../ports/clock.ts';
import type { Meter } from '../ports/meter.ts';
import type { Table } from '../ports/table.ts';
import { failureOf, Refusal } from './answer.ts';
import { type Asked, auditOf, claimKey, recordAnswered, recordAsked } from './audit.ts';
import { takeTurn } from './rate.ts';
import {
  clearedCase,
  keptIncident,
  listCaseEvents,
  listCases,
  listClearedIncidents,
  showCase,
  showIncident,
  showMetrics,
} from './reads.ts';

export interface ApiPorts {
  table: Table;
  bus: Bus;
  clock: Clock;
  ids: Ids;
  meter: Meter;
}

export interface ApiContent {
  policy: CasePolicy;
  perMinute: number;
}

/** Who asks: told by whoever authenticated the request, never by the request itself. Undefined: nobody that we know. */
export type Caller = Member | undefined;

export const MAX_BODY_BYTES = 64 * 1024;

interface Call {
  member: Member;
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: unknown;
  requestId: string;
  /** Of a change: the seq that the caller saw; undefined for `*`. */
  seenSeq?: number | undefined;
  key: string;
  target: string;
}

interface Answer {
  body: unknown;
  etag?: string;
}

type Vars = { Variables: { requestId: string; member: Member } };

/** One request → one answer. Never throws: a fault of ours is an answer of 500 with a request id, and is told to `onFault`. */
export async function answerApi(
  request: Request,
  {
    caller,
    ports,
    content,
    onFault,
  }: { caller: Caller; ports: ApiPorts; content: ApiContent; onFault?: (error: unknown, requestId: string) => void },
): Promise<Response> {
  const requestId = ports.ids.uuid();
  const app = new Hono<Vars>();
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      crossOriginResourcePolicy: 'same-origin',
    }),
  );
  app.use(async (context, next) => {
    context.set('requestId', requestId);
    context.header('x-request-id', requestId);
    context.header('cache-control', 'no-store');
    await next();
  });
  app.onError((error, context) => failed(error, context, onFault));
  app.notFound((context) => failed(new Refusal(404, 'There is no such call: docs/api.md lists them'), context, onFault));
  app.use(async (context, next) => {
    if (caller === undefined)
      throw new Refusal(401, 'Who are you? Sign the request, or send a token that is good and not expired');
    await takeTurn(caller.id, content.perMinute, { table: ports.table, nowMs: ports.clock.nowMs() });
    context.set('member', caller);
    await next();
  });
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new Refusal(413, `A body has at most ${MAX_BODY_BYTES} bytes`);
      },
    }),
  );
  for (const name of ROUTE_NAMES) addRoute(app, name, { ports, content });
  const answer = await app.fetch(request);
  ports.meter.count({ ApiRequestCount: 1 }, { Status: `${Math.floor(answer.status / 100)}xx` });
  return answer;
}

interface Parts {
  ports: ApiPorts;
  content: ApiContent;
}

function addRoute(app: Hono<Vars>, name: RouteName, parts: Parts): void {
  const route: Route = ROUTES[name];
  app.on(route.method, route.path, async (context) => {
    const member = context.get('member');
    const call = await callOf(context, route, member);
    if (route.changes === true) return await changed(context, name, { call, parts });
    permit(member, route.role, name);
    return answered(context, await READS[name](call, parts));
  });
}

/** What a request says, checked. @throws YaguraError BadInput with every problem, Refusal */
async function callOf(context: Context<Vars>, route: Route, member: Member): Promise<Call> {
  const url = new URL(context.req.url);
  const problems: Problem[] = [];
  const params = checked('path', route.params, context.req.param(), problems);
  const query = checked('query', route.query, Object.fromEntries(url.searchParams), problems);
  const known = Object.keys(route.query.shape);
  for (const word of url.searchParams.keys())
    if (!known.includes(word))
      problems.push({ at: `query.${word}`, what: 'no such parameter', allowed: known.join(', ') || 'none' });
  const body = route.body === undefined ? undefined : checked('body', route.body, await jsonBody(context), problems);
  if (problems.length > 0) throw new YaguraError('BadInput', 'The request is not understood', { problems });
  return {
    ...{ member, body, requestId: context.get('requestId'), target: url.pathname },
    params: params as Record<string, string>,
    query: query as Record<string, unknown>,
    ...(route.changes === true ? conditionsOf(context) : { key: '' }),
  };
}

function checked(at: string, type: z.ZodType, given: unknown, problems: Problem[]): unknown {
  const parsed = type.safeParse(given);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues)
    problems.push({ at: [at, ...path].join('.'), what: message, fix: 'docs/openapi.json says what is taken' });
  return undefined;
}

async function jsonBody(context: Context<Vars>): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(context.req.header('content-type') ?? ''))
    throw new Refusal(415, 'A body is JSON: send content-type: application/json');
  const text = await context.req.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new YaguraError('BadInput', 'The body is no JSON', { problems: [{ at: 'body', what: 'cannot be read as JSON' }] });
  }
}

function conditionsOf(context: Context<Vars>): Pick<Call, 'seenSeq' | 'key'> {
  const seen = context.req.header('if-match');
  const key = context.req.header('idempotency-key') ?? '';
  const etag = /^"(\d{1,9})"$/.exec(seen ?? '')?.[1];
  if (seen !== '*' && etag === undefined)
    throw new Refusal(428, 'A change says what its author saw', {
      problems: [{ at: 'If-Match', what: seen?.slice(0, 40) ?? 'missing', allowed: 'the ETag of the case, such as "7", or *' }],
    });
  if (!/^[\w.:-]{8,100}$/.test(key))
    throw new Refusal(428, 'A change has a name of its own, so that sending it again changes nothing', {
      problems: [
        { at: 'Idempotency-Key', what: key === '' ? 'missing' : 'not good', allowed: '8 to 100 letters, digits and . : _ -' },
      ],
    });
  return { key, seenSeq: etag === undefined ? undefined : Number(etag) };
}

/** @throws Refusal 403 */
function permit({ role }: Member, least: Route['role'], what: string): void {
  if (mayAs(role, least)) return;
  throw new Refusal(403, `${what} needs the role ${least}; yours is ${role}`, {
    problems: [
      {
        at: 'role',
        what: role,
        allowed: `${least} and above`,
        fix: 'ask somebody with that role, or to be given it (api.members)',
      },
    ],
  });
}

type Read = (call: Call, parts: Parts) => Promise<Answer>;
/** The schemas of the routes have checked what the casts below say. */
const READS: Readonly<Record<RouteName, Read>> = {
  listCases: async ({ member, query }, { ports }) => ({
    body: await listCases(member, query as unknown as Parameters<typeof listCases>[1], ports),
  }),
  showCase: async ({ member, params }, { ports }) => {
    const { seq, ...body } = await showCase(member, params['id'] ?? '', ports);
    return { body, etag: `"${seq}"` };
  },
  listCaseEvents: async ({ member, params, query }, { ports }) => ({
    body: await listCaseEvents(
      member,
      { id: params['id'] ?? '', after: Number(query['after']), limit: Number(query['limit']) },
      ports,
    ),
  }),
  listIncidents: async ({ member, query }, { ports, content }) => ({
    body: await listClearedIncidents(member, query as unknown as Parameters<typeof listClearedIncidents>[1], {
      ...ports,
      ...content,
    }),
  }),
  showIncident: async ({ member, params }, { ports, content }) => ({
    body: await showIncident(member, params['id'] ?? '', { ...ports, ...content }),
  }),
  showMetrics: async ({ query }, { ports, content }) => ({ body: await showMetrics(query, { ...ports, ...content }) }),
  listAudit: async ({ params }, { ports }) => ({ body: { items: await auditOf(ports.table, params['day'] ?? '') } }),
  showMe: async ({ member }) => ({ body: { ...member } }),
  changeCase: () => Promise.reject(new YaguraError('Bug', 'a change is no look')),
};

/** A change is recorded before it is done, whether it is then permitted or not. */
async function changed(
  context: Context<Vars>,
  name: RouteName,
  { call, parts }: { call: Call; parts: Parts },
): Promise<Response> {
  const { requestId, member, target, key, body, seenSeq } = call;
  const asked: Asked = { requestId, member, route: name, target, seen: seenSeq === undefined ? '*' : String(seenSeq), key, body };
  await recordAsked(asked, parts.ports);
  let response: Response;
  try {
    response = answered(context, await change(call, asked, parts));
  } catch (error) {
    const { status } = failureOf(error, { requestId, isConditional: seenSeq !== undefined });
    await recordAnswered(requestId, status, parts.ports);
    throw error;
  }
  await recordAnswered(requestId, response.status, parts.ports);
  return response;
}

async function change(call: Call, asked: Asked, { ports, content: { policy } }: Parts): Promise<Answer> {
  const { member, params, seenSeq } = call;
  const operation = call.body as Operation;
  permit(member, roleOfOperation(operation.op), operation.op);
  const { state } = await caseOrAsked(params['id'] ?? '', member, { ports, policy });
  // Neither may a case be joined to one that the caller is not to know of.
  const other = otherOf(operation, state.mergedInto);
  if (other !== undefined) await clearedCase(ports.table, other, member);
  const requestId = await claimKey(asked, ports);
  const done = await changeCase(ports, state.incidentId, operation, {
    actor: { id: member.id, kind: member.kind },
    ...{ policy, requestId, expectedSeq: seenSeq },
  });
  const events = visibleEvents(done.events, member.clearance).value;
  return { body: { seq: done.state.seq, events }, etag: `"${done.state.seq}"` };
}

/** The case; one of an incident that was kept is asked for. @throws YaguraError NotFound, Conflict (retryable) while it is being opened */
async function caseOrAsked(id: string, member: Member, { ports, policy }: { ports: ApiPorts; policy: CasePolicy }) {
  const incident =
    (await readCase(ports.table, id)) === undefined ? await keptIncident(ports.table, id, { member, policy }) : undefined;
  if (incident === undefined) return await clearedCase(ports.table, id, member);
  await ports.bus.publish([{ name: 'IncidentChanged', detail: { incidentId: id, version: 1, isWanted: true } }]);
  throw new YaguraError('Conflict', `Incident ${id} was kept without a case; one is being opened: send this again`, {
    retryable: true,
  });
}

function otherOf(operation: Operation, mergedInto: string | null): string | undefined {
  if (operation.op === 'merge') return operation.into;
  if (operation.op === 'link' || operation.op === 'unlink') return operation.to;
  return operation.op === 'unmerge' ? (mergedInto ?? undefined) : undefined;
}

function answered(context: Context<Vars>, { body, etag }: Answer): Response {
  if (etag !== undefined) context.header('etag', etag);
  return context.json(body as object);
}

function failed(error: unknown, context: Context, onFault: ((error: unknown, requestId: string) => void) | undefined): Response {
  const requestId = String(context.get('requestId'));
  const isConditional = /^"\d+"$/.test(context.req.header('if-match') ?? '');
  const { status, body, retryAfterSec } = failureOf(error, { requestId, isConditional });
  if (status === 500) onFault?.(error, requestId);
  context.header('x-request-id', requestId);
  context.header('cache-control', 'no-store');
  if (retryAfterSec !== undefined) context.header('retry-after', String(retryAfterSec));
  return context.json(body, status as 400);
}
