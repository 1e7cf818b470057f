// What a person reads before deciding.
import { describe, expect, it } from 'vitest';
import { Plan } from '../../functions/core/plan.ts';
import { planText, printable } from '../../functions/core/plan-text.ts';
import { keyDisable, plan, planTask, runAll, undoTask, userDeny } from '../respond/run.ts';
import { ACCOUNT, createWorld, KEY, type World } from '../respond/world.ts';

const stored = async (world: World, runId: string) => Plan.parse((await world.table.get(`RUN#${runId}`, 'PLAN'))?.data);

describe('the text of a plan', () => {
  it.each(['en', 'ja'] as const)('says what, where, why, what stays open and how to undo (%s)', async (locale) => {
    const world = await createWorld();
    await plan(world, planTask([keyDisable(), userDeny()]));
    const text = planText(await stored(world, 'run-1'), locale, { expiresAtMs: Date.UTC(2026, 2, 4, 10, 30) });
    for (const part of [
      ACCOUNT,
      KEY,
      'the key is in use by an attacker',
      'iam:UpdateAccessKey',
      'Status=Inactive',
      'status = Active',
      '2026-03-04 10:30 UTC',
      'INC-1',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain(locale === 'en' ? 'Stays open' : '残るリスク');
    expect(text).toContain(locale === 'en' ? 'Gives the key the status that it had before' : 'キーを元の状態に戻します');
    expect(text.includes('Calls')).toBe(locale === 'en');
  });

  it('of an undo names the run that is taken back', async () => {
    const world = await createWorld();
    await runAll(world, [keyDisable()]);
    await plan(world, undoTask());
    const text = planText(await stored(world, 'undo-1'), 'en');
    expect(text).toContain('taking back: run run-1 #1');
    expect(text).toContain('Status=Active');
  });

  it('shows steering characters instead of obeying them', async () => {
    const world = await createWorld();
    await plan(world, planTask([keyDisable()], { reason: 'fine\u001b[2J\u202egnp.exe\nNeeds: nobody' }));
    const text = planText(await stored(world, 'run-1'), 'en');
    expect(text).toContain('fine\\u{1b}[2J\\u{202e}gnp.exe\\u{a}Needs: nobody');
    expect(text.split('\n').filter((line) => line.startsWith('Needs'))).toHaveLength(1);
  });

  it('leaves letters of any language alone', () => {
    expect(printable('櫓 Yagura é 👍 ﷽')).toBe('櫓 Yagura é 👍 ﷽');
  });
});
