import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Suppressor } from '../../functions/core/suppression/apply.ts';
import { correlate } from '../../functions/correlate/stage.ts';
import { loadSuppressions } from '../../local/desk.ts';
import { openState } from '../../local/ports.ts';
import { finding, MIN, user } from '../correlate/story.ts';
import { inFolder, jsonLines, yagura } from './command.ts';

const DAY = 86_400_000;
const day = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
const file = (from: number, until: number, rule = 'noisy'): string =>
  [
    'title: Keys of the deployer',
    'reason: It makes them on every run',
    'owner: soc@example.com',
    `date: ${day(from)}`,
    `expires: ${day(until)}`,
    `rules: [${rule}]`,
    'match: {who: {actor.principal|endswith: user/deployer}, condition: who}',
  ].join('\n');

async function stateWith(dir: string, suppressionDir?: string): Promise<string> {
  const path = join(dir, 'state');
  const state = await openState(path, { write: true });
  const suppressions = suppressionDir === undefined ? [] : await loadSuppressions(suppressionDir);
  const told = [0, 1, 2].map((i) => finding({ rule: 'noisy', atMs: Date.now() - i * MIN, entities: [user('deployer')] }));
  await correlate(told, state, { suppressor: new Suppressor(suppressions) });
  await state.close();
  return path;
}

describe('yagura suppressions', () => {
  it('counts what each has made signals of, and says when it ends', () =>
    inFolder(async (dir) => {
      const own = join(dir, 'suppressions');
      mkdirSync(own);
      writeFileSync(join(own, 'deployer.yml'), file(-30, 10));
      writeFileSync(join(own, 'old.yml'), file(-30, -1));
      const state = await stateWith(dir, own);
      const listed = jsonLines((await yagura(['suppressions', 'list', '--dir', own, '--state', state, '--json'])).stdout);
      expect(listed).toMatchObject([
        { id: 'deployer', alerts: 1, events: 3, expired: false, owner: 'soc@example.com' },
        { id: 'old', alerts: 0, events: 0, expired: true },
      ]);
      const table = await yagura(['suppressions', 'list', '--dir', own, '--state', state, '--locale', 'ja']);
      expect(table.stdout).toContain('期限切れ');
    }));

  it('lints: an expired one and an unknown rule are errors with their places', () =>
    inFolder(async (dir) => {
      writeFileSync(join(dir, 'good.yml'), file(-1, 10));
      expect((await yagura(['suppressions', 'lint', join(dir, 'good.yml')])).code).toBe(0);
      writeFileSync(join(dir, 'old.yml'), file(-30, -1));
      writeFileSync(join(dir, 'unknown.yml'), file(-1, 10, 'detections/nothing/here'));
      const ran = await yagura(['suppressions', 'lint', dir]);
      expect(ran.code).toBe(3);
      expect(ran.stdout).toMatch(/old\.yml.*expired/);
      expect(ran.stdout).toMatch(/unknown\.yml.*no rule is called detections\/nothing\/here/);
    }));

  it('tells what a new one would hide, and warns where that is an incident', () =>
    inFolder(async (dir) => {
      const state = await stateWith(dir);
      const path = join(dir, 'new.yml');
      writeFileSync(path, file(-1, 10));
      const ran = await yagura(['suppressions', 'test', path, '--state', state]);
      expect(ran.stdout).toContain('would make signals of 1 alerts (3 events)');
      expect(ran.stderr).toContain('alerts of incidents that stand');
      expect(ran.code).toBe(3);
      writeFileSync(path, file(-1, 10, 'other'));
      expect((await yagura(['suppressions', 'test', path, '--state', state])).code).toBe(0);
    }));
});
