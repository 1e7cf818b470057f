/** Playbooks on a laptop: start one, let it come to rest, read what it asks, answer, and see how it ended. */
import { Approval, approvalsPk } from '../functions/core/approval.ts';
import { YaguraError } from '../functions/core/error.ts';
import type { Incident } from '../functions/core/incident.ts';
import { getIncident, listAlerts } from '../functions/core/incident-store.ts';
import type { JsonObject } from '../functions/core/json.ts';
import { Plan } from '../functions/core/plan.ts';
import { inputProblems } from '../functions/core/playbook.ts';
import { type ProposedPlaybook, proposedPlaybooks } from '../functions/core/proposed-playbooks.ts';
import { OUTCOME_SK, PLAN_SK, runPk } from '../functions/core/response-run.ts';
import { type ResponseCandidate, responseInputs } from '../functions/core/response-target.ts';
import type { LocalState } from './ports.ts';
import { drainBus, LOCAL_STAGES } from './stages.ts';

/** Retries inside a playbook wait seconds; a person is not kept waiting for more than this. */
const RETRY_WAIT_MS = 120_000;

export interface Question {
  approval: Approval;
  plan: Plan;
}

export interface Answer {
  approver: string;
  decision: 'approve' | 'reject';
  reason: string;
}

/** The responses that an incident's entities allow; key and user are paired by the alerts that name both. */
export async function candidatesOf(incident: Incident, state: LocalState): Promise<ResponseCandidate[]> {
  const own = (await listAlerts(state.table)).filter(({ incidentId }) => incidentId === incident.id);
  return responseInputs({ incidentId: incident.id, entities: incident.entities, groups: own.map(({ entities }) => entities) });
}

/** The playbooks that answer what the incident's alerts tell. */
export async function proposalsOf(incident: Pick<Incident, 'id'>, state: LocalState): Promise<ProposedPlaybook[]> {
  const own = (await listAlerts(state.table)).filter(({ incidentId }) => incidentId === incident.id);
  return proposedPlaybooks(own, state.executions.playbooks.values());
}

/** Starts a playbook and runs it until it asks or ends. @throws YaguraError NotFound, BadInput with every problem of the input */
export async function startResponse(playbookId: string, runId: string, input: JsonObject, state: LocalState): Promise<void> {
  const playbook = state.executions.playbooks.get(playbookId);
  if (playbook === undefined) {
    throw new YaguraError('NotFound', `there is no playbook ${playbookId}`, {
      problems: [{ what: playbookId, allowed: [...state.executions.playbooks.keys()].join(', ') }],
    });
  }
  const problems = inputProblems(playbook, input);
  if (problems.length > 0) throw new YaguraError('BadInput', `the input does not fit playbook ${playbookId}`, { problems });
  await state.executions.start(playbookId, runId, input);
  await settle(state);
}

/** Lets everything that can move go on. */
export async function settle(state: LocalState): Promise<void> {
  await state.executions.runToRest({ waitUpToMs: RETRY_WAIT_MS });
  await drainBus(state);
}

/** What waits for a person, oldest first, each with the plan that the answer will be bound to. */
export async function questions(state: LocalState): Promise<Question[]> {
  const items = await state.table.queryIndex(approvalsPk('pending'));
  const asked: Question[] = [];
  for (const { data } of items) {
    const approval = Approval.parse(data);
    const item = await state.table.get(runPk(approval.runId), PLAN_SK);
    if (item !== undefined) asked.push({ approval, plan: Plan.parse(item.data) });
  }
  return asked;
}

export const questionOf = async (runId: string, state: LocalState): Promise<Question | undefined> =>
  (await questions(state)).find(({ approval }) => approval.runId === runId);

/** Answers, bound to the plan that was shown, and lets the playbook go on. @throws YaguraError ApprovalInvalid, ApprovalExpired */
export async function answer(approvalId: string, planHash: string, by: Answer, state: LocalState): Promise<void> {
  await LOCAL_STAGES.decide({ approvalId, planHash, ...by }, state);
  await settle(state);
}

/** How a run ended, or why it failed; undefined while it runs. */
export async function outcomeOf(playbook: string, runId: string, state: LocalState): Promise<string | undefined> {
  const outcome = (await state.table.get(runPk(runId), OUTCOME_SK))?.data['outcome'];
  if (typeof outcome === 'string') return outcome;
  const execution = await state.executions.describe(playbook, runId);
  return execution === undefined || execution.status === 'RUNNING'
    ? undefined
    : `${execution.status}: ${execution.cause ?? execution.error ?? ''}`;
}

/** @throws YaguraError NotFound where no incident, or BadInput where several, begin so */
export async function incidentBy(prefix: string, state: LocalState, all: readonly { id: string }[]): Promise<Incident> {
  const exact = await getIncident(state.table, prefix);
  if (exact !== undefined) return exact;
  const matching = all.filter(({ id }) => id.toLowerCase().startsWith(prefix.toLowerCase()));
  const only = matching.length === 1 ? await getIncident(state.table, matching[0]?.id ?? '') : undefined;
  if (only !== undefined) return only;
  const what = matching.length === 0 ? `no incident is called ${prefix}` : `${matching.length} incidents begin with ${prefix}`;
  throw new YaguraError(matching.length === 0 ? 'NotFound' : 'BadInput', what, {
    problems: [
      {
        what,
        allowed:
          all
            .slice(0, 8)
            .map(({ id }) => id)
            .join(', ') || 'there are none',
        fix: '`yagura incidents list` shows them',
      },
    ],
  });
}
