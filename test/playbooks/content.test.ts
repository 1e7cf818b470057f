// What every playbook of the repository must be, whatever it does.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputProblems, type Playbook, parsePlaybook } from '../../functions/core/playbook.ts';
import { ACTIONS } from '../../functions/respond/actions/index.ts';
import { readMachine, SHARED_MACHINE } from './play.ts';
import { PLAYBOOKS_DIR, playbookIds, readScenarios } from './scenario.ts';

interface State {
  Type: string;
  [field: string]: unknown;
}

/** Every state of a machine with its name, those of Map and Parallel too. */
function statesOf(machine: unknown): [string, State][] {
  const { States } = Object(machine);
  return Object.entries<State>(Object(States)).flatMap(([name, state]) => {
    const inner = [state['ItemProcessor'], ...[state['Branches'] ?? []].flat()];
    return [[name, state] as [string, State], ...inner.flatMap((part) => (part === undefined ? [] : statesOf(part)))];
  });
}

const read = (id: string): { playbook: Playbook; text: string; states: [string, State][]; isShared: boolean } => {
  const file = join(PLAYBOOKS_DIR, id, 'playbook.yml');
  const { playbook, problems } = parsePlaybook(readFileSync(file, 'utf8'), file);
  if (playbook === undefined) throw new Error(JSON.stringify(problems));
  const text = readMachine(id);
  return { playbook, text, states: statesOf(JSON.parse(text)), isShared: text.includes('$' + '{RunResponseMachineArn}') };
};

describe.each(playbookIds())('playbook %s', (id) => {
  const { playbook, text, states, isShared } = read(id);
  const tasks = states.filter(([, state]) => state.Type === 'Task');

  it('names exactly the actions that its machine may plan, and all of them exist', () => {
    const planned = [...text.matchAll(/"id": "([a-z0-9-]+)"/g)].map(([, actionId]) => actionId);
    expect(planned.sort()).toEqual([...playbook.actions].sort());
    for (const actionId of playbook.actions) expect(ACTIONS.map((action) => action.id)).toContain(actionId);
  });

  it('bears the D3FEND ids and the mitigations of its actions', () => {
    for (const action of ACTIONS.filter((candidate) => playbook.actions.includes(candidate.id))) {
      expect(playbook.d3fend).toContain(action.d3fend.id);
      expect(playbook.mitigations).toContain(action.mitigation);
    }
  });

  it('asks people before it acts, for as long as it says', () => {
    const whole = isShared ? statesOf(JSON.parse(readFileSync(SHARED_MACHINE, 'utf8'))) : tasks;
    const asking = whole.filter(([, state]) => String(state['Resource']).endsWith('.waitForTaskToken'));
    expect(asking).toHaveLength(1);
    const [, state] = asking[0] ?? ['', { Type: '' }];
    expect(state['TimeoutSeconds']).toBe(playbook.approvals.expiresInSec);
    expect(JSON.stringify(state['Arguments'])).toContain(`"expiresInSec":${playbook.approvals.expiresInSec}`);
    expect(JSON.stringify(state['Arguments'])).toContain('$states.context.Task.Token');
  });

  it('has a time limit, and retries with named errors only, at every task', () => {
    for (const [name, state] of tasks) {
      expect(state['TimeoutSeconds'], name).toBeTypeOf('number');
      // A machine that is started twice under one name is one run.
      if (String(state['Resource']).includes('startExecution')) continue;
      const retried = [state['Retry']].flat().flatMap((retrier) => Object(retrier).ErrorEquals);
      expect(retried, name).not.toContain('States.ALL');
      expect(retried, name).not.toContain('States.TaskFailed');
      expect(retried, name).toContain('Throttled');
    }
  });

  it('is JSONata only, without $eval, and calls nothing but the two stages', () => {
    expect(JSON.parse(text)).toMatchObject({ QueryLanguage: 'JSONata' });
    expect(text).not.toMatch(/\$eval|"(InputPath|ResultPath|OutputPath|Parameters|ItemsPath)"|\.\$"/);
    const placeholders = new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
    // Those that share the machine may take back, in time, by the playbook that takes back.
    const own = [...placeholders].filter((name) => !isShared || name !== 'UndoResponseMachineArn').sort();
    expect(own).toEqual(isShared ? ['RunResponseMachineArn'] : ['ApproveFunctionArn', 'RespondFunctionArn']);
    expect(text).not.toMatch(/arn:aws:(lambda|iam)/);
  });

  it('reads only declared fields of its input', () => {
    const top = Object.entries(Object(JSON.parse(text)).States).filter(([name]) => ['Begin', 'Plan', 'Respond'].includes(name));
    const used = [...JSON.stringify(top).matchAll(/\$states\.input\.(\w+)/g)].map(([, name]) => name ?? '');
    expect([...new Set(used)].sort()).toEqual(Object.keys(playbook.inputs).sort());
  });

  it.skipIf(isShared)('records every way it can end', () => {
    const outcomes = [...text.matchAll(/"outcome": "(\w+)"/g)].map(([, outcome]) => outcome);
    expect(new Set(outcomes).size).toBeGreaterThanOrEqual(4);
    const ends = states.filter(([, state]) => state.Type === 'Fail' || state.Type === 'Succeed').length;
    expect(outcomes).toHaveLength(ends);
  });

  it('has no state that nothing leads to', () => {
    const targets = new Set([...text.matchAll(/"(?:StartAt|Next|Default)": "(\w+)"/g)].map(([, name]) => name));
    expect(states.map(([name]) => name).filter((name) => !targets.has(name))).toEqual([]);
  });

  it('says how it is undone, by a playbook that exists', () => {
    const { playbook: undo } = playbook.undo;
    expect(undo === null || existsSync(join(PLAYBOOKS_DIR, undo, 'machine.asl.json'))).toBe(true);
  });

  it('takes the input of its scenarios', () => {
    expect(inputProblems(playbook, readScenarios(id).input)).toEqual([]);
  });
});

describe('the input of a playbook', () => {
  const { playbook } = read('disable-access-key');
  const { input } = readScenarios('disable-access-key');

  it.each([
    ['a missing field', { accountId: undefined }, 'input.accountId: missing'],
    ['an unknown field', { acountId: '1' }, 'unknown field "acountId"'],
    ['a field of another type', { denyUser: 'yes' }, 'of type string'],
    ['a line break in the reason', { reason: 'a\nb' }, 'input.reason'],
    ['a longer text around a key', { accessKeyId: 'AKIAIOSFODNN7EXAMPLE or so' }, 'input.accessKeyId'],
    ['JSONata in the account', { accountId: "{% '111122223333' %}" }, 'input.accountId'],
  ])('with %s is refused', (_what, more, text) => {
    const changed = Object.fromEntries(Object.entries({ ...input, ...more }).filter(([, value]) => value !== undefined));
    const problems = inputProblems(playbook, JSON.parse(JSON.stringify(changed)));
    expect(problems.map(({ at, what }) => `${at}: ${what}`).join('\n')).toContain(text);
  });

  it.each(['0', '25', '1.5', '1e1', ' 1', ''])('that blocks an address for %j hours is refused', (hours) => {
    const block = read('block-address').playbook;
    expect(inputProblems(block, { ...readScenarios('block-address').input, hours })).toMatchObject([{ at: 'input.hours' }]);
  });

  it('does not take a field from the prototype', () => {
    const { accountId: _, ...rest } = input;
    const polluted = Object.assign(Object.create({ accountId: '111122223333' }), rest);
    expect(inputProblems(playbook, polluted)).toHaveLength(1);
  });
});
