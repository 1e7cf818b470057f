import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { updateCases } from '../../functions/case/stage.ts';
import { DEFAULT_POLICY } from '../../functions/core/case/policy.ts';
import { listIncidents } from '../../functions/core/incident-store.ts';
import { parseSuppression } from '../../functions/core/suppression/file.ts';
import { correlate } from '../../functions/correlate/stage.ts';
import { changeCase } from '../../functions/ports/change-case.ts';
import { readVerdicts } from '../../functions/ports/verdicts.ts';
import { openState } from '../../local/ports.ts';
import { finding, ip, user } from '../correlate/story.ts';
import { inFolder, yagura } from './command.ts';

const DAY = 86_400_000;

/** A state in which a person judged the alerts of a deployer harmless and one of eve's malicious. */
async function judgedState(dir: string): Promise<{ path: string; ids: string[] }> {
  const path = join(dir, 'state');
  const state = await openState(path, { write: true });
  const of = (name: string, days: number) =>
    finding({ rule: 'noisy', atMs: Date.now() - days * DAY, entities: [user(name), ip('192.0.2.9')], level: 'medium' });
  // Two weeks apart, so that each is an incident of its own.
  await correlate([1, 21, 41, 61, 81, 101].map((days) => of('deployer', days)).concat(of('eve', 11)), state);
  const incidents = await listIncidents(state.table);
  await updateCases(
    incidents.map(({ id }) => ({
      name: 'IncidentChanged' as const,
      detail: { incidentId: id, version: 1, isWanted: true as const },
    })),
    state,
  );
  for (const { id, entities } of incidents) {
    const isEve = entities.some((entity) => entity.name === 'eve');
    await changeCase(
      state,
      id,
      { op: 'set_verdict', verdict: isEve ? 'true_positive' : 'false_positive', reason: 'looked at it' },
      { actor: { id: 'ana@example.com', kind: 'human' }, policy: DEFAULT_POLICY },
    );
  }
  expect((await readVerdicts(state.table)).map(({ by }) => by)).toEqual(Array(7).fill('human'));
  await state.close();
  return { path, ids: incidents.map(({ id }) => id) };
}

describe('verdicts of people', () => {
  it('explain an incident, and propose a suppression that can be used', () =>
    inFolder(async (dir) => {
      const { path, ids } = await judgedState(dir);
      const told = JSON.parse((await yagura(['triage', 'explain', ids[0] ?? '', '--state', path, '--json'])).stdout);
      expect(told).toMatchObject({ what: 'person', assessments: [{ ruleId: 'noisy', verdicts: 7 }] });
      expect(told.guards.find((guard: { id: string }) => guard.id === 'listed').passed).toBe(false);
      const page = await yagura(['triage', 'explain', ids[0] ?? '', '--state', path, '--locale', 'ja']);
      expect(page.stdout).toContain('人による確認が必要です');
      const tuned = await yagura(['rules', 'tune', 'noisy', '--state', path, '--owner', 'soc@example.com']);
      expect(tuned.stdout).toContain('6 of 6 harmless alerts have actor.principal');
      expect(parseSuppression(tuned.stdout, 'suppressions/x.yml')).toMatchObject({
        problems: [],
        suppression: { owner: 'soc@example.com' },
      });
      const unknown = await yagura(['rules', 'tune', 'nothing', '--state', path]);
      expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('no alert of this state')]);
    }));
});
