/** A person at the terminal → their name, the case that they mean, and operations that tell them who was quicker. */
import { userInfo } from 'node:os';
import { type CaseHead, caseHead } from '../functions/core/case/head.ts';
import type { OperationInput } from '../functions/core/case/operation.ts';
import { personSchema } from '../functions/core/case/operation.ts';
import type { CasePolicy } from '../functions/core/case/policy.ts';
import type { CaseState } from '../functions/core/case/state.ts';
import { nearest, YaguraError } from '../functions/core/error.ts';
import { INCIDENTS_PK } from '../functions/core/incident.ts';
import type { Locale } from '../functions/core/text.ts';
import { readCase } from '../functions/ports/case-store.ts';
import { type CaseChange, changeCase } from '../functions/ports/change-case.ts';
import { loadPolicy } from './case-content.ts';
import { existingState } from './commands/query.ts';
import { type LocalState, openState } from './ports.ts';
import { lockState } from './state-lock.ts';

export interface AnalystOptions {
  state: string;
  locale: Locale;
  me?: string;
  json?: boolean;
}

export interface Desk {
  state: LocalState;
  me: string;
  policy: CasePolicy;
  locale: Locale;
  /** The id of the one case that is meant. @throws YaguraError NotFound, BadInput where several are */
  find(text: string): Promise<string>;
  read(text: string): Promise<CaseState>;
  /** Remembers that this person saw the case as it is now. */
  look(of: CaseState): Promise<void>;
  change(text: string, operation: OperationInput): Promise<CaseChange>;
}

/** How long a command waits for another process that works in the folder before it leaves the rest to that one. */
const WAIT_MS = 3000;

/** Does a person's work in a state folder; what it caused is handed on before the command ends. */
export async function atDesk<T>(options: AnalystOptions, work: (desk: Desk) => Promise<T>): Promise<T> {
  existingState(options.state);
  const policy = await loadPolicy();
  const me = nameOf(options.me, policy);
  const state = await openState(options.state);
  try {
    const result = await work(deskOf(state, { me, policy, locale: options.locale }));
    await handOn(state);
    return result;
  } finally {
    await state.close();
  }
}

/** `--me`, else YAGURA_ANALYST, else the name of the user of this computer. @throws YaguraError BadInput for nobody of this SOC */
function nameOf(given: string | undefined, { people }: CasePolicy): string {
  const name = given ?? process.env['YAGURA_ANALYST'] ?? userInfo().username;
  const known = people.map(({ id }) => id);
  if (!personSchema.safeParse(name).success || (known.length > 0 && !known.includes(name))) {
    const near = nearest(name, known);
    throw new YaguraError('BadInput', `"${name}" is nobody of this SOC`, {
      problems: [
        {
          at: given === undefined ? 'YAGURA_ANALYST' : '--me',
          what: name,
          allowed: known.join(', ') || 'letters, digits, . _ @ + -',
          fix: near === undefined ? 'say who you are with --me' : `did you mean "${near}"?`,
        },
      ],
    });
  }
  return name;
}

/** The table is safe with several processes, the stages are not: they run under the folder's lock, here or in the process that holds it. */
async function handOn(state: LocalState): Promise<void> {
  if (!(await state.bus.isWaiting())) return;
  // Loaded only now: who only looks does not wait for every stage.
  const { drainBus } = await import('./stages.ts');
  for (let waitedMs = 0; ; waitedMs += 200) {
    try {
      const release = lockState(state.dir);
      try {
        return await drainBus(state);
      } finally {
        release();
      }
    } catch (error) {
      if (!(error instanceof YaguraError && error.code === 'Conflict')) throw error;
      if (waitedMs >= WAIT_MS) return;
      await state.timer.sleep(200);
    }
  }
}

function deskOf(state: LocalState, { me, policy, locale }: Pick<Desk, 'me' | 'policy' | 'locale'>): Desk {
  const seenPk = `seen#${me}`;
  const look = async ({ incidentId, seq }: CaseState): Promise<void> => {
    await state.table.write([{ put: { pk: seenPk, sk: incidentId, data: { seq } } }]);
  };
  const find = async (text: string): Promise<string> => {
    const id = onlyCase(
      text,
      (await state.table.query(INCIDENTS_PK)).map(({ sk }) => sk),
    );
    if ((await readCase(state.table, id)) !== undefined) return id;
    // An incident that was kept: somebody looks into it now.
    await state.bus.publish([{ name: 'IncidentChanged', detail: { incidentId: id, version: 1, isWanted: true } }]);
    await handOn(state);
    return id;
  };
  return {
    state,
    me,
    policy,
    locale,
    find,
    look,
    read: async (text) => {
      const id = await find(text);
      const stored = await readCase(state.table, id);
      if (stored === undefined) throw new YaguraError('Conflict', `Case ${id} is just being opened`, { retryable: true });
      return stored.state;
    },
    change: async (text, operation) => {
      const id = await find(text);
      const seen = Number((await state.table.get(seenPk, id))?.data['seq'] ?? 0);
      const expectedSeq = seen > 0 ? seen : undefined;
      const done = await inTerminalWords(() =>
        changeCase(state, id, operation, { actor: { id: me, kind: 'human' }, policy, expectedSeq, locale }),
      );
      // Who looked at it before knows what they did; who never looked has still to look.
      if (seen > 0) await look(done.state);
      return done;
    },
  };
}

/** A whole id, or the beginning of one: of all of it, of what comes after `INC-`, or of the hash at its end. */
export function onlyCase(text: string, ids: readonly string[]): string {
  const wanted = text.toLowerCase();
  const exact = ids.find((id) => id.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const matching = ids.filter((id) => {
    const lower = id.toLowerCase();
    return lower.startsWith(wanted) || lower.slice(4).startsWith(wanted) || hashOf(lower).startsWith(wanted);
  });
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only;
  const what = only === undefined ? `no case is called ${text}` : `${matching.length} cases begin with ${text}`;
  throw new YaguraError(only === undefined ? 'NotFound' : 'BadInput', what, {
    problems: [
      { what: text, allowed: matching.slice(0, 8).join(', ') || 'an id of the queue', fix: '`yagura case queue` shows them' },
    ],
  });
}

const hashOf = (id: string): string => id.slice(id.lastIndexOf('-') + 1);

/** For each id the shortest text, from four characters on, that `onlyCase` takes for it alone. */
export function shortIds(ids: readonly string[]): Map<string, string> {
  const short = new Map<string, string>();
  for (const id of ids) {
    const hash = hashOf(id);
    let length = 4;
    const isTaken = (text: string): boolean =>
      ids.some((other) => other !== id && (hashOf(other).startsWith(text) || other.slice(4).startsWith(text)));
    while (length < hash.length && isTaken(hash.slice(0, length))) length++;
    short.set(id, hash.slice(0, length));
  }
  return short;
}

export const headOf = (of: CaseState): CaseHead => caseHead(of);

/** Operations whose word at the terminal is another. */
const WORD_OF: Readonly<Record<string, string>> = {
  acknowledge: 'ack',
  set_status: 'status',
  set_verdict: 'verdict',
  set_severity: 'severity',
  set_asset_tier: 'asset-tier',
  set_tlp: 'mark',
  complete_task: 'task done | skip',
  add_task: 'task add',
  propose_close: 'propose',
  approve_close: 'approve',
  reject_close: 'reject',
  record_timestamp: 'time',
  record_custody: 'evidence custody',
  record_export: 'export',
  add_evidence: 'evidence add',
  add_observable: 'observable add',
  add_sighting: 'observable seen',
  add_timeline_entry: 'timeline',
  log_work: 'work log',
  start_work: 'work start',
  stop_work: 'work stop',
};

/** A refusal names operations: at the terminal they have the words of `yagura case`. */
async function inTerminalWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof YaguraError) || error.problems.length === 0) throw error;
    const [headline = ''] = error.message.split('\n');
    const problems = error.problems.map((problem) =>
      problem.allowed === undefined
        ? problem
        : { ...problem, allowed: problem.allowed.replace(/[a-z]+_[a-z_]+|acknowledge/g, (word) => WORD_OF[word] ?? word) },
    );
    throw new YaguraError(error.code, headline, { problems, retryable: error.retryable });
  }
}
