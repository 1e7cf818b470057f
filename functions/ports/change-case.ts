/** One operation of one actor → events of a case, under optimistic locking, and told to whoever listens. */
import { applyOperation, otherCaseId } from '../core/case/apply.ts';
import { conflictsOf } from '../core/case/conflict.ts';
import type { CaseEvent, NewCaseEvent } from '../core/case/event.ts';
import { eventText } from '../core/case/event-text.ts';
import { type Operation, type OperationInput, operationSchema } from '../core/case/operation.ts';
import { type Actor, refusalError } from '../core/case/outcome.ts';
import type { CasePolicy } from '../core/case/policy.ts';
import type { CaseState } from '../core/case/state.ts';
import { YaguraError } from '../core/error.ts';
import type { Locale } from '../core/text.ts';
import type { Bus } from './bus.ts';
import { type CaseCommit, type Committed, caseEvents, commitCases, readCase, type StoredCase } from './case-store.ts';
import type { Clock } from './clock.ts';
import type { Table } from './table.ts';

export interface CaseChangePorts {
  table: Table;
  bus: Bus;
  clock: Clock;
}

export interface CaseChangeOptions {
  actor: Actor;
  policy: CasePolicy;
  /** The `seq` of the state that the actor saw. What others did since then and concerns the operation is a conflict. Default: the newest. */
  expectedSeq?: number | undefined;
  /** Names this request: sent again, it changes nothing again and answers the same. */
  requestId?: string | undefined;
  /** Language of refusals. Default `en`. */
  locale?: Locale;
}

export interface CaseChange {
  state: CaseState;
  /** What the operation made happen to this case; empty where it was so already. */
  events: CaseEvent[];
}

const MAX_ATTEMPTS = 12;

/**
 * Applies an operation. Operations that only add are applied to whatever the case became meanwhile; those that decide are not.
 * @throws YaguraError NotFound, BadInput, Refused (with what is allowed), Conflict (with who did what meanwhile; retryable only where
 * nothing but contention stood in the way)
 */
export async function changeCase(
  ports: CaseChangePorts,
  incidentId: string,
  input: OperationInput,
  options: CaseChangeOptions,
): Promise<CaseChange> {
  const operation = parseOperation(input);
  let seenSeq = options.expectedSeq;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const stored = await readCase(ports.table, incidentId);
    if (stored === undefined) throw new YaguraError('NotFound', `There is no case ${incidentId}`);
    const repeated = await repeatedRequest(ports.table, stored.state, options.requestId);
    if (repeated !== undefined) return repeated;
    seenSeq ??= stored.state.seq;
    await refuseConflicts(ports.table, stored.state, {
      operation,
      seenSeq,
      actor: options.actor.id,
      locale: options.locale ?? 'en',
    });
    const commits = await commitsOf(ports, stored, operation, options);
    if (commits.length === 0) return { state: stored.state, events: [] };
    const committed = await commitCases(ports.table, commits);
    if (committed === undefined) continue;
    await announce(ports.bus, committed);
    const [own] = committed;
    return { state: own?.state ?? stored.state, events: own?.events ?? [] };
  }
  throw new YaguraError('Conflict', `Case ${incidentId} keeps changing under us`, { retryable: true });
}

/** @throws YaguraError BadInput with every problem of the operation */
export function parseOperation(input: unknown): Operation {
  const parsed = operationSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({ at: path.join('.') || 'op', what: message }));
  throw new YaguraError('BadInput', 'This operation is not understood', { problems });
}

/** Tells the bus which events came. After a crash before this the lake hears of them with the next change. */
export async function announce(bus: Bus, committed: readonly Committed[]): Promise<void> {
  await bus.publish(
    committed.flatMap(({ state, events }) => {
      const [first] = events;
      if (first === undefined) return [];
      const kinds = [...new Set(events.map(({ kind }) => kind))];
      return [
        { name: 'CaseChanged' as const, detail: { incidentId: state.incidentId, fromSeq: first.seq, seq: state.seq, kinds } },
      ];
    }),
  );
}

async function repeatedRequest(table: Table, state: CaseState, requestId: string | undefined): Promise<CaseChange | undefined> {
  if (requestId === undefined || !state.requests.some((request) => request.requestId === requestId)) return undefined;
  const events = (await caseEvents(table, state.incidentId)).filter((event) => event.requestId === requestId);
  return { state, events };
}

interface Seen {
  operation: Operation;
  seenSeq: number;
  actor: string;
  locale: Locale;
}

async function refuseConflicts(table: Table, state: CaseState, { operation, seenSeq, actor, locale }: Seen): Promise<void> {
  if (seenSeq > state.seq) throw new YaguraError('BadInput', `Case ${state.incidentId} has ${state.seq} events, not ${seenSeq}`);
  if (seenSeq === state.seq) return;
  const conflicts = conflictsOf(operation, actor, await caseEvents(table, state.incidentId, seenSeq));
  if (conflicts.length === 0) return;
  throw new YaguraError('Conflict', `Case ${state.incidentId} changed since you looked`, {
    retryable: false,
    problems: conflicts.map((event) => ({
      at: new Date(event.atMs).toISOString(),
      what: `${event.actor}: ${eventText(event)[locale].slice(0, 300)}`,
      fix: 'look at the case, then decide again',
    })),
  });
}

async function commitsOf(
  ports: CaseChangePorts,
  stored: StoredCase,
  operation: Operation,
  options: CaseChangeOptions,
): Promise<CaseCommit[]> {
  const { actor, policy, requestId } = options;
  const atMs = ports.clock.nowMs();
  const otherId = otherCaseId(stored.state, operation);
  const other = otherId === undefined ? undefined : await readCase(ports.table, otherId);
  const outcome = applyOperation(stored.state, operation, { actor, atMs, policy, other: other?.state });
  if (!outcome.ok) throw refusalError(outcome.refusal, options.locale);
  const commit = (of: StoredCase, events: readonly NewCaseEvent[]): CaseCommit[] =>
    events.length === 0 ? [] : [{ incidentId: of.state.incidentId, before: of, events, actor, atMs, requestId }];
  return [...commit(stored, outcome.events), ...(other === undefined ? [] : commit(other, outcome.otherEvents))];
}
