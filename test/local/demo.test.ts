import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inFolder, jsonLines, yagura } from './command.ts';

const stagesOf = (rows: Record<string, unknown>[]): Set<unknown> => new Set(rows.flatMap((row) => row['tactics'] as unknown[]));

describe('yagura demo', () => {
  it('--yes: one incident with every stage of the story, the key taken away and given back, exit code 0', async () =>
    await inFolder(async (dir) => {
      // Relative, as the default is.
      const state = relative('', join(dir, 'demo'));
      const ran = await yagura(['demo', '--yes', '--seed', '7', '--state', state]);
      expect(ran.code).toBe(0);
      expect([...ran.stdout.matchAll(/is (Active|Inactive)$/gm)].map(([, status]) => status)).toEqual([
        'Active',
        'Inactive',
        'Active',
      ]);
      expect(ran.stdout).toMatch(/2\d{4} records in = 2\d{4} events \+ 2 quarantined \+ 0 dropped/);
      expect(ran.stdout).toMatch(/→ 1 incident \(0 of those/);
      expect(ran.stdout).toMatch(/Time to detect: \d+\.\d min[\s\S]*Time to respond: \d+\.\d min/);
      const all = jsonLines((await yagura(['export', 'incidents', '--state', state])).stdout);
      const incidents = all.filter(({ surfacing }) => (surfacing as { isSurfaced: boolean }).isSurfaced);
      expect(incidents).toHaveLength(1);
      const wanted = [
        'discovery',
        'privilege-escalation',
        'persistence',
        'defense-impairment',
        'credential-access',
        'exfiltration',
      ];
      expect([...stagesOf(incidents)]).toEqual(expect.arrayContaining(wanted));
      const alerts = jsonLines((await yagura(['export', 'alerts', '--state', state])).stdout);
      const grave = alerts.filter(({ severity }) => severity === 'medium' || severity === 'high' || severity === 'critical');
      expect(grave.filter(({ incidentId }) => incidentId !== incidents[0]?.['id']).length).toBeLessThanOrEqual(2);
    }));

  it('without a terminal and without --yes nothing is approved; the printed answer works once, later', async () =>
    await inFolder(async (dir) => {
      const state = join(dir, 'demo');
      const ran = await yagura(['demo', '--state', state]);
      expect(ran.code).toBe(0);
      expect([...ran.stdout.matchAll(/is (Active|Inactive)$/gm)].map(([, status]) => status)).toEqual(['Active']);
      const [, id = '', plan = ''] = /approvals approve (\S+) --plan (\S+)/.exec(ran.stdout) ?? [];
      const wrong = await yagura([
        'approvals',
        'approve',
        id,
        '--plan',
        plan.replace(/^./, (c) => (c === '0' ? '1' : '0')),
        '--state',
        state,
      ]);
      expect(wrong.code).toBe(2);
      const answered = await yagura(['approvals', 'approve', id, '--plan', plan, '--state', state]);
      expect([answered.code, answered.stdout]).toEqual([0, expect.stringContaining('done')]);
      const again = await yagura(['approvals', 'approve', id, '--plan', plan, '--state', state]);
      expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('used once')]);
    }));
});
