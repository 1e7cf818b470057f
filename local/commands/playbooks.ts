/** `yagura playbooks`, `approvals` and `undo`: responses as a person starts, judges and takes them back. */
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { shortId } from '../../functions/core/digest.ts';
import { YaguraError } from '../../functions/core/error.ts';
import type { Incident } from '../../functions/core/incident.ts';
import { listIncidents } from '../../functions/core/incident-store.ts';
import { isJsonObject, type JsonObject } from '../../functions/core/json.ts';
import { Plan } from '../../functions/core/plan.ts';
import { planText } from '../../functions/core/plan-text.ts';
import { PLAN_SK, runPk } from '../../functions/core/response-run.ts';
import type { ResponseCandidate } from '../../functions/core/response-target.ts';
import type { Locale } from '../../functions/core/text.ts';
import { type LocalState, openState } from '../ports.ts';
import {
  type Answer,
  answer,
  candidatesOf,
  incidentBy,
  outcomeOf,
  proposalsOf,
  questionOf,
  questions,
  startResponse,
} from '../response.ts';
import { plain, tableText } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';
import { existingState } from './query.ts';

/** Entities that a row of the list names. */
const MAX_NAMED = 3;

interface Options {
  state: string;
  locale: Locale;
  yes?: boolean;
  reason?: string;
}

async function withState<T>(options: Options, write: boolean, work: (state: LocalState) => Promise<T>): Promise<T> {
  existingState(options.state);
  const state = await openState(options.state, { write });
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}

const me = (): string => userInfo().username.replace(/[^\p{L}\p{N} ._@:/+-]/gu, '') || 'local-user';

export const listCommand = (options: Options): Promise<number> =>
  withState(options, false, async (state) => {
    const rows = [...state.executions.playbooks.values()].map(({ id, title, purpose }) => [
      id,
      title[options.locale],
      purpose[options.locale],
    ]);
    out(tableText(['playbook', 'title', 'purpose'], rows, 90));
    const fitting: string[][] = [];
    for (const incident of await listIncidents(state.table))
      if (incident.status === 'new') fitting.push(...(await fittingRows(incident, state)));
    if (fitting.length === 0) return EXIT.ok;
    out('');
    out(tableText(['incident', 'fitting playbook', 'because of', 'target', ''], fitting, 90));
    return EXIT.ok;
  });

/** Each playbook that fits an incident, with the whole target where the alerts name one. */
async function fittingRows(incident: Incident, state: LocalState): Promise<string[][]> {
  const candidates = await candidatesOf(incident, state);
  const proposals = await proposalsOf(incident, state);
  const without = candidates.filter(({ playbook }) => !proposals.some((one) => one.playbook === playbook));
  const reasons = [...proposals, ...without.map(({ playbook }) => ({ playbook, techniques: [], entities: [] }))];
  return reasons.flatMap(({ playbook, techniques, entities }) => {
    const because = techniques.join(' ');
    const own = candidates.filter((candidate) => candidate.playbook === playbook);
    if (own.length === 0) {
      const named = entities.map(({ name, id }) => name ?? id);
      const more = named.length > MAX_NAMED ? ` and ${named.length - MAX_NAMED} more` : '';
      return [[incident.id, playbook, because, `${named.slice(0, MAX_NAMED).join(' ')}${more}`, 'name its input by --input']];
    }
    return own.map(({ target, isCertain }) => [
      incident.id,
      playbook,
      because,
      Object.values(target).join(' '),
      isCertain ? '' : 'one of several possible pairs: check it',
    ]);
  });
}

/** Exit code 0 where the run did what was approved; 3 where it was rejected, expired or failed. */
export const runCommand = (playbook: string, options: Options & { incident: string; input: string }): Promise<number> =>
  withState(options, true, async (state) => {
    const incident = await incidentBy(options.incident, state, await listIncidents(state.table));
    const input = {
      ...proposedInput(incident, await chosen(playbook, incident, state), options.reason),
      ...jsonInput(options.input),
    };
    const runId = newRunId(playbook, incident.id, state);
    await simulateTarget(input, state);
    await startResponse(playbook, runId, input, state);
    return await askAndTell(playbook, runId, state, options);
  });

export const undoCommand = (undoRunId: string, options: Options): Promise<number> =>
  withState(options, true, async (state) => {
    const item = await state.table.get(runPk(undoRunId), PLAN_SK);
    if (item === undefined)
      throw new YaguraError('NotFound', `there is no run ${undoRunId}`, {
        problems: [{ what: undoRunId, fix: 'name the run id that `playbooks run` printed' }],
      });
    const { incidentId, playbook } = Plan.parse(item.data);
    const undo = state.executions.playbooks.get(playbook)?.undo.playbook;
    if (undo === undefined || undo === null) throw new YaguraError('Refused', `playbook ${playbook} has nothing to take back`);
    const runId = newRunId(undo, incidentId, state);
    await startResponse(undo, runId, { incidentId, requester: me(), reason: options.reason ?? 'taken back', undoRunId }, state);
    return await askAndTell(undo, runId, state, options);
  });

export const approvalsCommand = (options: Options): Promise<number> =>
  withState(options, false, async (state) => {
    const waiting = await questions(state);
    if (waiting.length === 0) note('nothing waits for an approval');
    for (const { approval, plan } of waiting) {
      out(planText(plan, options.locale, { expiresAtMs: approval.expiresAtMs }));
      out(`\n  yagura approvals approve ${approval.approvalId} --plan ${plan.hash} --reason "…"\n`);
    }
    return EXIT.ok;
  });

export const decideCommand = (
  approvalId: string,
  options: Options & { plan: string; decision: 'approve' | 'reject' },
): Promise<number> =>
  withState(options, true, async (state) => {
    const question = (await questions(state)).find(({ approval }) => approval.approvalId === approvalId);
    const { decision, reason } = options;
    await answer(approvalId, options.plan, { approver: me(), decision, reason: reason || `${decision}d at the terminal` }, state);
    if (question !== undefined) return tellOutcome(question.approval.playbook, question.approval.runId, state, options);
    return EXIT.ok;
  });

/** Run ids are unique, and short enough to type. */
export const newRunId = (playbook: string, incidentId: string, state: LocalState): string =>
  `${playbook}-${shortId(incidentId, state.ids.uuid()).slice(0, 8)}`;

/** The one target that an incident proposes for a playbook; with several the user names one by --input. */
async function chosen(playbook: string, incident: Incident, state: LocalState): Promise<ResponseCandidate | undefined> {
  const fitting = (await candidatesOf(incident, state)).filter((candidate) => candidate.playbook === playbook);
  const certain = fitting.filter(({ isCertain }) => isCertain);
  if (certain.length <= 1) return certain[0];
  note(
    `${certain.length} targets fit; the first is proposed. Others: ${certain
      .slice(1)
      .map(({ target }) => JSON.stringify(target))
      .join(' ')}`,
  );
  return certain[0];
}

export const proposedInput = (incident: Incident, candidate: ResponseCandidate | undefined, reason?: string): JsonObject => ({
  incidentId: incident.id,
  requester: me(),
  reason: plain(reason ?? incident.title.en).slice(0, 400),
  ...candidate?.target,
});

/** A laptop has no real account: a user and key that the logs name exist in the simulated one from the first response on. */
async function simulateTarget(input: JsonObject, state: LocalState): Promise<void> {
  const { accountId, userName, accessKeyId } = input;
  if (typeof accountId !== 'string' || typeof userName !== 'string' || typeof accessKeyId !== 'string') return;
  const account = (await state.cloud.snapshot()).accounts[accountId];
  const user = account?.users[userName];
  if (user?.accessKeys[accessKeyId] !== undefined) return;
  const key = { status: 'Active' as const, createdAtMs: state.clock.nowMs() };
  const fresh = {
    arn: `arn:aws:iam::${accountId}:user/${userName}`,
    userId: `AIDASIMULATED${shortId(accountId, userName).slice(0, 8).toUpperCase()}`,
    accessKeys: {},
    attachedPolicies: [],
    inlinePolicies: {},
    tags: {},
  };
  const seeded = { ...(user ?? fresh), accessKeys: { ...user?.accessKeys, [accessKeyId]: key } };
  await state.cloud.seed({ accounts: { [accountId]: { users: { [userName]: seeded } } } });
  note(`simulated account ${accountId}: user and key are as the logs name them, the key active`);
}

function jsonInput(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new YaguraError('BadInput', 'the input is not JSON', {
      problems: [
        {
          at: '--input',
          what: error instanceof Error ? error.message : '',
          allowed: 'a JSON object',
          fix: `--input '{"denyUser": true}'`,
        },
      ],
    });
  }
  if (isJsonObject(value)) return value;
  throw new YaguraError('BadInput', 'the input is no object', {
    problems: [{ at: '--input', what: text, allowed: 'a JSON object' }],
  });
}

async function askAndTell(playbook: string, runId: string, state: LocalState, options: Options): Promise<number> {
  const question = await questionOf(runId, state);
  if (question === undefined) return await tellOutcome(playbook, runId, state, options);
  out(planText(question.plan, options.locale, { expiresAtMs: question.approval.expiresAtMs }));
  const decision = await ask(options);
  if (decision === undefined) {
    const { approvalId } = question.approval;
    note(
      `\nIt waits. Decide with: npm run yagura -- approvals approve ${approvalId} --plan ${question.plan.hash} --state ${options.state}`,
    );
    return EXIT.ok;
  }
  await answer(question.approval.approvalId, question.plan.hash, decision, state);
  return await tellOutcome(playbook, runId, state, options);
}

const ASK = {
  en: 'Approve this plan? Type yes to approve, no to reject',
  ja: 'この計画を承認しますか。承認は yes、却下は no',
} as const;

/** Asks at the terminal; undefined where there is none to ask. Only the whole word `yes` approves. */
export async function ask(options: { yes?: boolean; locale: Locale }): Promise<Answer | undefined> {
  if (options.yes) return { approver: me(), decision: 'approve', reason: 'approved by --yes' };
  if (process.stdin.isTTY !== true) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    for (;;) {
      const typed = (await terminal.question(`\n${ASK[options.locale]}: `)).trim().toLowerCase();
      if (typed === 'yes') return { approver: me(), decision: 'approve', reason: 'approved at the terminal' };
      if (typed === 'no') return { approver: me(), decision: 'reject', reason: 'rejected at the terminal' };
    }
  } finally {
    terminal.close();
  }
}

async function tellOutcome(playbook: string, runId: string, state: LocalState, options: Options): Promise<number> {
  const outcome = await outcomeOf(playbook, runId, state);
  out(`\n${playbook} ${runId}: ${plain(outcome ?? 'waiting')}`);
  if (outcome === 'done') out(`Take it back with: npm run yagura -- undo ${runId} --state ${options.state}`);
  return outcome === 'done' || outcome === 'undone' || outcome === undefined ? EXIT.ok : EXIT.partial;
}
