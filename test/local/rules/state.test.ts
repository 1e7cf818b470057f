import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listAlerts, listIncidents } from '../../../functions/core/incident-store.ts';
import { SOURCES } from '../../../functions/sources/index.ts';
import { coverageIn } from '../../../local/commands/coverage.ts';
import { backtestRule } from '../../../local/commands/rules/backtest.ts';
import { foreignRules } from '../../../local/commands/rules/foreign.ts';
import { loadContent } from '../../../local/content.ts';
import { findLogFiles } from '../../../local/log-files.ts';
import { openState } from '../../../local/ports.ts';
import { replay } from '../../../local/replay.ts';
import { healthOf, stateHealth } from '../../../local/rule-health.ts';
import { rulesWithCases } from '../../../local/rule-set.ts';
import { benign, trailStopped } from '../cloudtrail-records.ts';
import { inFolder } from '../command.ts';

const foreign = (title: string, body: string): string =>
  `title: ${title}\nid: 30000000-0000-4000-8000-${title.padStart(12, '0')}\n${body}level: critical\n`;
const ON_TRAIL = 'logsource: {product: aws, service: cloudtrail}\ndetection: {s: {eventName: StopLogging}, condition: s}\n';

/** A state with 30 records, of which three stop a trail, and the rules of a folder beside ours. */
async function replayed<T>(
  rules: Record<string, string>,
  work: (state: string, run: Awaited<ReturnType<typeof foreignRules>>) => Promise<T>,
): Promise<T> {
  return inFolder(async (dir) => {
    for (const sub of ['logs', 'rules']) mkdirSync(join(dir, sub));
    const records = Array.from({ length: 30 }, (_, n) => (n % 10 === 0 ? trailStopped(n) : benign(n)));
    writeFileSync(join(dir, 'logs', 'a.json'), JSON.stringify({ Records: records }));
    for (const [name, text] of Object.entries(rules)) writeFileSync(join(dir, 'rules', name), text);
    const run = await foreignRules([join(dir, 'rules')]);
    const { refused: _, ...content } = await loadContent(run);
    const state = await openState(join(dir, 'state'), { write: true });
    try {
      await replay(await findLogFiles([join(dir, 'logs')]), state, { sources: SOURCES, ...content });
    } finally {
      await state.close();
    }
    return work(join(dir, 'state'), run);
  });
}

describe('replay with further rules', () => {
  it('runs them as they are, stages the experimental ones, and refuses what cannot run', async () => {
    const rules = {
      'loud.yml': foreign('1', `status: test\n${ON_TRAIL}`),
      'silent.yml': foreign('2', ON_TRAIL),
      'staged.yml': foreign('3', `status: experimental\n${ON_TRAIL}`),
      'plan9.yml': foreign('4', 'logsource: {product: plan9}\ndetection: {s: {EventID: 1}, condition: s}\n'),
      'broken.yml': foreign('5', 'logsource: {product: aws}\ndetection: {s: {a: 1}, condition: s and t}\n'),
    };
    await replayed(rules, async (dir, run) => {
      expect([run.runnable.length, run.waiting, run.refused.length]).toEqual([3, 1, 1]);
      expect(run.refused[0]?.at).toMatch(/broken\.yml:4:\d+$/);
      const state = await openState(dir);
      try {
        const levels = new Map((await listAlerts(state.table)).map(({ title, level }) => [title, level]));
        expect([levels.get('1'), levels.get('2'), levels.get('3')]).toEqual(['critical', 'critical', 'informational']);
      } finally {
        await state.close();
      }
    });
  });

  it('never opens an incident for staged rules alone, however many match', async () => {
    const staged = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [
        `${n}.yml`,
        foreign(
          String(n),
          `status: experimental\ntags: [attack.impact, attack.discovery, attack.persistence]\n${ON_TRAIL.replace('StopLogging', 'DescribeInstances')}`,
        ),
      ]),
    );
    await replayed(staged, async (dir) => {
      const state = await openState(dir);
      try {
        const own = new Set(
          (await listAlerts(state.table)).filter(({ level }) => level !== 'informational').map(({ incidentId }) => incidentId),
        );
        const incidents = await listIncidents(state.table);
        expect(incidents.every(({ id }) => own.has(id))).toBe(true);
        expect((await listAlerts(state.table)).filter(({ level }) => level === 'informational').length).toBeGreaterThanOrEqual(
          40,
        );
      } finally {
        await state.close();
      }
    });
  });

  it('lets a filter narrow our own rules', async () => {
    const filter = `title: quiet\nid: 30000000-0000-4000-8000-00000000f117\nlogsource: {product: aws, service: cloudtrail}\nfilter:\n    rules: [6995a388-f81c-4a1b-a888-f9f2921b9e35]\n    s: {eventName: StopLogging}\n    condition: not s\n`;
    await replayed({ 'filter.yml': filter }, async (dir) => {
      const state = await openState(dir);
      try {
        const ids = (await listAlerts(state.table)).map(({ ruleId }) => ruleId);
        expect(ids).not.toContain('6995a388-f81c-4a1b-a888-f9f2921b9e35');
      } finally {
        await state.close();
      }
    });
  });
});

describe('a state', () => {
  it('tells which rules can fire there, and how often they did', async () => {
    await replayed({}, async (dir) => {
      const { rules } = await rulesWithCases();
      const state = await openState(dir);
      try {
        const health = healthOf(rules, await stateHealth(state, rules));
        const of = (name: string) => health.find(({ rule }) => rule.info.path.endsWith(name));
        expect(of('aws_cloudtrail_cloudtrail_stopped')).toMatchObject({
          readiness: { state: 'ready', sources: ['aws-cloudtrail'] },
        });
        expect(of('aws_cloudtrail_cloudtrail_stopped')?.alerts).toBeGreaterThan(0);
        expect(health.filter(({ readiness }) => readiness.state === 'erroring')).toEqual([]);
      } finally {
        await state.close();
      }
      const later = await openState(dir, { clock: { nowMs: () => Date.now() + 25 * 3_600_000 } });
      try {
        expect(new Set(healthOf(rules, await stateHealth(later, rules)).map(({ readiness }) => readiness.state))).toEqual(
          // The demo has logs of CloudTrail alone.
          new Set(['stale-source', 'no-source']),
        );
        const stale = healthOf(rules, await stateHealth(later, rules)).filter(
          ({ readiness }) => readiness.state === 'stale-source',
        );
        // Rules over OCSF events read CloudTrail's too.
        const folders = new Set(stale.map(({ rule }) => rule.info.path.split('/')[1]));
        expect(folders).toEqual(new Set(['aws-cloudtrail', 'ocsf']));
      } finally {
        await later.close();
      }
      await expect(coverageIn(dir, 'yesterday')).rejects.toMatchObject({ code: 'BadInput' });
      const alive = (await coverageIn(dir, 'last')).total.atLeast;
      expect(alive[2]).toBeGreaterThan(0);
      expect(alive[1]).toBeGreaterThanOrEqual(alive[2]);
    });
  });

  it('backtests a rule in SQL and over the archive with one answer, cost and all', async () => {
    await replayed({}, async (state) => {
      const [bySql, byStream] = [
        await backtestRule('aws_cloudtrail_cloudtrail_stopped', { state }),
        await backtestRule('aws_cloudtrail_cloudtrail_stopped', { state, engine: 'stream' }),
      ];
      expect(bySql).toMatchObject({ engine: 'sql', matches: 3, events: 30 });
      expect([byStream.engine, byStream.matches, byStream.events, byStream.perDay]).toEqual(['stream', 3, 30, bySql.perDay]);
      expect(byStream.topPrincipals[0]?.count).toBe(bySql.topPrincipals[0]?.count);
      // One query of at least 10 MB at 5 dollars a TB.
      expect(bySql.costUsd).toBeCloseTo(0.00005, 7);
      await expect(backtestRule('aws_cloudtrail_cloudtrail_stopped', { state, from: '2026-13-01' })).rejects.toMatchObject({
        code: 'BadInput',
      });
      await expect(
        backtestRule('aws_cloudtrail_cloudtrail_stopped', { state, from: '2026-03-05', to: '2026-03-01' }),
      ).rejects.toMatchObject({ code: 'BadInput' });
      expect(
        (
          await backtestRule('aws_cloudtrail_cloudtrail_stopped', {
            state,
            from: '2020-01-01',
            to: '2020-01-02',
            engine: 'stream',
          })
        ).events,
      ).toBe(0);
    });
  });
});
