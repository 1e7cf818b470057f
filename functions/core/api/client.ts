/** A typed client of the API: the table of routes says what each call takes and gives, whoever carries the requests. */
import type * as z from 'zod';
import { ROUTES, type RouteName } from './routes.ts';

type Of<Name extends RouteName> = (typeof ROUTES)[Name];
/** What a call takes. */
export type CallInput<Name extends RouteName> = Given<'params', z.input<Of<Name>['params']>> &
  Given<'query', z.input<Of<Name>['query']>> &
  (Of<Name> extends { body: infer Body extends z.ZodType } ? { body: z.input<Body> } : object) &
  // Of a change: the seq that the caller saw (`*`: whatever it is now), and the request's own name.
  (Of<Name> extends { changes: true } ? { seenSeq: number | '*'; key: string } : object);
type Given<Key extends string, Value> = Value extends Record<string, never> ? object : { [One in Key]: Value };

export type CallAnswer<Name extends RouteName> = z.output<Of<Name>['answer']>;

export interface PlainCall {
  method: string;
  /** Path with query. */
  target: string;
  headers: Record<string, string>;
  body?: string;
}

export interface PlainAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** Parsed. */
  body: unknown;
}

/** An answer of 400 and more. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly body: unknown;
  constructor({ status, body }: PlainAnswer) {
    super(messageOf(body) ?? `the API answered ${status}`);
    this.name = 'ApiFailure';
    this.status = status;
    this.body = body;
  }
}

function messageOf(body: unknown): string | undefined {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : undefined;
}

/** @param send signs and carries a call */
export function apiClient(send: (call: PlainCall) => Promise<PlainAnswer>) {
  return async <Name extends RouteName>(name: Name, input: CallInput<Name>): Promise<CallAnswer<Name>> => {
    const answer = await send(callOf(name, input));
    if (answer.status >= 400) throw new ApiFailure(answer);
    return ROUTES[name].answer.parse(answer.body) as CallAnswer<Name>;
  };
}

interface LooseInput {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  seenSeq?: number | '*';
  key?: string;
}

function callOf(name: RouteName, input: LooseInput): PlainCall {
  const { method, path } = ROUTES[name];
  const { params = {}, query = {}, body, seenSeq, key } = input;
  const filled = path.replaceAll(/:(\w+)/g, (_, part: string) => encodeURIComponent(params[part] ?? ''));
  const search = new URLSearchParams();
  for (const [word, value] of Object.entries(query)) if (value !== undefined) search.set(word, String(value));
  return {
    method,
    target: search.size === 0 ? filled : `${filled}?${search}`,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(seenSeq === undefined ? {} : { 'if-match': seenSeq === '*' ? '*' : `"${seenSeq}"` }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}
