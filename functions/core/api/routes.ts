/** The API as one table: each call's method, path, who may make it, what it takes and gives. Router, document and client are made of it. */
import * as z from 'zod';
import { caseHeadSchema } from '../case/head.ts';
import { STATUSES } from '../case/lifecycle.ts';
import { type OperationName, operationSchema } from '../case/operation.ts';
import { LEVELS } from '../finding.ts';
import type { Role } from './member.ts';

const id = z
  .string()
  .regex(/^[A-Za-z0-9-]{4,100}$/, 'an incident id such as INC-3f2a…')
  .describe('Incident id; a case has the id of its incident');
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a day, yyyy-mm-dd');
const cursor = z.string().max(300).optional().describe('`next` of the page before');
const limit = z.coerce.number().int().min(1).max(200).default(50);
/** Several words, `a,b`. */
const among = <const Word extends string>(words: readonly [Word, ...Word[]]) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(words)).min(1))
    .optional();

const json = z.record(z.string(), z.json());
const page = (item: z.ZodType) => z.object({ items: z.array(item), next: z.string().optional() });

export interface Route {
  method: 'GET' | 'POST';
  /** `:name` is a parameter. */
  path: string;
  /** The least role that may call. */
  role: Role;
  does: string;
  params: z.ZodObject;
  query: z.ZodObject;
  /** Absent for GET. */
  body?: z.ZodType;
  answer: z.ZodType;
  /** It changes something: it takes `If-Match` and `Idempotency-Key`, and is recorded. */
  changes?: boolean;
}

const none = z.object({});

export const ROUTES = {
  listCases: {
    method: 'GET',
    path: '/v1/cases',
    role: 'viewer',
    does: 'Cases that the caller is cleared for: the open ones, or those that ended in a month; the newest change first',
    params: none,
    query: z.object({
      status: among(STATUSES),
      severity: among(LEVELS),
      owner: z.string().max(64).optional().describe('a person, or `none`'),
      tier: z.string().max(30).optional(),
      ended: z
        .string()
        .regex(/^\d{4}-\d{2}$/, 'a month, yyyy-mm')
        .optional(),
      limit,
      cursor,
    }),
    answer: page(caseHeadSchema),
  },
  showCase: {
    method: 'GET',
    path: '/v1/cases/:id',
    role: 'viewer',
    does: 'A case; its `ETag` is what `If-Match` of a change wants',
    params: z.object({ id }),
    query: none,
    answer: z.object({ case: json, withheld: z.int().describe('parts above the caller’s clearance') }),
  },
  listCaseEvents: {
    method: 'GET',
    path: '/v1/cases/:id/events',
    role: 'viewer',
    does: 'What happened to a case, in order, hash-chained',
    params: z.object({ id }),
    query: z.object({ after: z.coerce.number().int().min(0).default(0), limit }),
    answer: z.object({ items: z.array(json), withheld: z.int() }),
  },
  changeCase: {
    method: 'POST',
    path: '/v1/cases/:id/operations',
    role: 'analyst',
    does: 'Does one thing to a case: acknowledge, assign, comment, task, verdict, merge, escalate, close …',
    params: z.object({ id }),
    query: none,
    body: operationSchema,
    answer: z.object({ seq: z.int(), events: z.array(json) }),
    changes: true,
  },
  listIncidents: {
    method: 'GET',
    path: '/v1/incidents',
    role: 'viewer',
    does: 'Incidents that the caller is cleared for, the newest activity first',
    params: none,
    query: z.object({ severity: among(LEVELS), limit, cursor }),
    answer: page(json),
  },
  showIncident: {
    method: 'GET',
    path: '/v1/incidents/:id',
    role: 'viewer',
    does: 'An incident with its timeline, entities and reasons',
    params: z.object({ id }),
    query: none,
    answer: z.object({ incident: json }),
  },
  showMetrics: {
    method: 'GET',
    path: '/v1/metrics',
    role: 'viewer',
    does: 'The measures of a period; docs/metrics.md says what each is',
    params: none,
    query: z.object({ from: day.optional(), to: day.optional() }),
    answer: z.object({ from: z.string(), to: z.string(), metrics: z.array(json) }),
  },
  listAudit: {
    method: 'GET',
    path: '/v1/audit/:day',
    role: 'manager',
    does: 'Every call of a UTC day that changed something or tried to',
    params: z.object({ day }),
    query: none,
    answer: z.object({ items: z.array(json) }),
  },
  showMe: {
    method: 'GET',
    path: '/v1/me',
    role: 'viewer',
    does: 'Who the API takes the caller for',
    params: none,
    query: none,
    answer: z.object({ id: z.string(), role: z.string(), clearance: z.string(), kind: z.string() }),
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
export const ROUTE_NAMES = Object.keys(ROUTES) as RouteName[];

/** Operations that more than an analyst is needed for: they join histories, or decide who may see them. */
const LEADS: readonly OperationName[] = ['merge', 'unmerge', 'set_tlp', 'set_asset_tier', 'record_export'];

export const roleOfOperation = (name: OperationName): Role => (LEADS.includes(name) ? 'lead' : 'analyst');
