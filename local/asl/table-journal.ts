/** Executions, their histories and their task tokens ↔ items of a Table. */
import { sha256 } from '../../functions/core/digest.ts';
import { YaguraError } from '../../functions/core/error.ts';
import { isJsonObject, type Json, type JsonObject } from '../../functions/core/json.ts';
import type { Item, Table, Write } from '../../functions/ports/table.ts';
import type { HistoryEvent } from './history.ts';
import { readSnapshot, type Snapshot, writeSnapshot } from './snapshot.ts';
import type { Journal, TokenAnswer, TokenChange } from './world.ts';

const RUNNING = 'asl#running';
const executionKey = (playbook: string, name: string) => ({ pk: `asl#execution#${playbook}`, sk: name });
const historyKey = (playbook: string, name: string): string => `asl#history#${playbook}#${name}`;
/** The token itself is the secret; only its digest is a key. */
const tokenKey = (token: string) => ({ pk: `asl#token#${sha256(token)}`, sk: 'token' });
const definitionKey = (digest: string) => ({ pk: 'asl#definition', sk: digest });

export interface Token {
  item: Item;
  playbook: string;
  name: string;
  state: 'open' | 'answered' | 'closed';
  answer?: TokenAnswer;
  beatAtMs?: number;
}

export class TableJournal {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** One stored execution and the version that its next write must still find. */
  async load(playbook: string, name: string): Promise<{ snapshot: Snapshot; version: number } | undefined> {
    const { pk, sk } = executionKey(playbook, name);
    const item = await this.#table.get(pk, sk);
    return item && { snapshot: readSnapshot(item.data), version: item.version };
  }

  /** Executions that have not ended, oldest first. */
  async running(): Promise<{ playbook: string; name: string }[]> {
    const items = await this.#table.queryIndex(RUNNING);
    return items.flatMap(({ data: { playbook, name } }) =>
      typeof playbook === 'string' && typeof name === 'string' ? [{ playbook, name }] : [],
    );
  }

  async history(playbook: string, name: string): Promise<HistoryEvent[]> {
    const items = await this.#table.query(historyKey(playbook, name));
    return items.flatMap(({ data }) => (Array.isArray(data['events']) ? data['events'].filter(isEvent) : []));
  }

  async storeDefinition(digest: string, document: Json): Promise<void> {
    await this.#table.write([{ put: { ...definitionKey(digest), data: { document } } }]);
  }

  async definition(digest: string): Promise<Json | undefined> {
    const { pk, sk } = definitionKey(digest);
    return (await this.#table.get(pk, sk))?.data['document'];
  }

  async token(token: string): Promise<Token | undefined> {
    const { pk, sk } = tokenKey(token);
    const item = await this.#table.get(pk, sk);
    return item && readToken(item);
  }

  /** Answers an open token, once. False where somebody was faster. */
  async answer(token: Token, answer: TokenAnswer): Promise<boolean> {
    return this.#table.write([answerWrite(token, answer)]);
  }

  async beat(token: Token, nowMs: number): Promise<boolean> {
    const { pk, sk, data, version } = token.item;
    return this.#table.write([{ put: { pk, sk, data: { ...data, beatAtMs: nowMs } }, condition: { version } }]);
  }

  /** The journal of one execution; `version` 0 for one that is new. */
  of(version: number): Journal {
    let current = version;
    return {
      answer: async (token) => (await this.token(token))?.answer,
      heartbeatAtMs: async (token) => (await this.token(token))?.beatAtMs,
      save: async (snapshot, events, tokens) => {
        const tokenWrites = await this.#tokenWrites(snapshot, tokens);
        if (tokenWrites === undefined) return false;
        const writes = [executionWrite(snapshot, current), ...historyWrites(snapshot, events), ...tokenWrites];
        const stored = await this.#table.write(writes);
        if (stored) current++;
        return stored;
      },
    };
  }

  /** Undefined where a token that is closed for silence was answered after all. */
  async #tokenWrites(snapshot: Snapshot, changes: readonly TokenChange[]): Promise<Write[] | undefined> {
    const { playbook, name } = snapshot;
    const writes: Write[] = [];
    const closed = new Map<string, boolean>();
    for (const change of changes)
      if ('close' in change) closed.set(change.close, change.silent || closed.get(change.close) === true);
    for (const change of changes) {
      if ('open' in change && !closed.has(change.open)) {
        writes.push({ put: { ...tokenKey(change.open), data: { playbook, name, state: 'open' } }, condition: { absent: true } });
      }
    }
    for (const [token, silent] of closed) {
      const found = await this.token(token);
      if (found?.state === 'answered' && silent) return undefined;
      if (found?.state !== 'open') continue;
      writes.push({
        put: { ...tokenKey(token), data: { playbook, name, state: 'closed' } },
        condition: { version: found.item.version },
      });
    }
    const parent =
      snapshot.status === 'RUNNING' || snapshot.parentToken === undefined ? undefined : await this.token(snapshot.parentToken);
    if (parent?.state === 'open') writes.push(answerWrite(parent, childAnswer(snapshot)));
    return writes;
  }
}

function executionWrite(snapshot: Snapshot, version: number): Write {
  const { playbook, name, status, startedAtMs } = snapshot;
  const index =
    status === 'RUNNING' ? { index: { pk: RUNNING, sk: `${String(startedAtMs).padStart(15, '0')}#${playbook}#${name}` } } : {};
  const condition = version === 0 ? ({ absent: true } as const) : { version };
  return { put: { ...executionKey(playbook, name), data: writeSnapshot(snapshot), ...index }, condition };
}

function historyWrites({ playbook, name }: Snapshot, events: readonly HistoryEvent[]): Write[] {
  const first = events[0];
  if (first === undefined) return [];
  return [{ put: { pk: historyKey(playbook, name), sk: String(first.id).padStart(8, '0'), data: { events: [...events] } } }];
}

function answerWrite({ item, playbook, name }: Token, answer: TokenAnswer): Write {
  const { pk, sk, version } = item;
  return { put: { pk, sk, data: { playbook, name, state: 'answered', answer } }, condition: { version } };
}

/** What `startExecution.sync:2` gives its caller. @see Step Functions guide, "Start workflow executions" */
function childAnswer(snapshot: Snapshot): TokenAnswer {
  const { output, error, cause } = snapshot;
  const described: JsonObject = {
    ExecutionArn: snapshot.arn,
    Input: snapshot.input,
    InputDetails: { Included: true },
    Name: snapshot.name,
    ...(output === undefined ? {} : { Output: output, OutputDetails: { Included: true } }),
    ...(error === undefined ? {} : { Error: error }),
    ...(cause === undefined ? {} : { Cause: cause }),
    StartDate: snapshot.startedAtMs,
    StateMachineArn: snapshot.machineArn,
    Status: snapshot.status,
    StopDate: snapshot.stoppedAtMs ?? snapshot.startedAtMs,
  };
  return snapshot.status === 'SUCCEEDED'
    ? { output: described }
    : { error: 'States.TaskFailed', cause: JSON.stringify(described) };
}

function isEvent(value: Json): value is HistoryEvent {
  return isJsonObject(value) && typeof value['id'] === 'number' && typeof value['type'] === 'string';
}

function readToken(item: Item): Token {
  const { playbook, name, state, answer, beatAtMs } = item.data;
  if (
    typeof playbook !== 'string' ||
    typeof name !== 'string' ||
    (state !== 'open' && state !== 'answered' && state !== 'closed')
  ) {
    throw new YaguraError('BadInput', 'a stored task token cannot be read');
  }
  const read = readAnswer(answer);
  return {
    item,
    playbook,
    name,
    state,
    ...(read === undefined ? {} : { answer: read }),
    ...(typeof beatAtMs === 'number' ? { beatAtMs } : {}),
  };
}

function readAnswer(answer: Json | undefined): TokenAnswer | undefined {
  if (!isJsonObject(answer)) return undefined;
  if (typeof answer['error'] === 'string')
    return { error: answer['error'], cause: typeof answer['cause'] === 'string' ? answer['cause'] : '' };
  return { output: answer['output'] ?? null };
}
