/** Labelled records of many products beside the repository → recall and false alarms of the whole pipeline; skips out loud where there are none. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const SHARED = join(import.meta.dirname, '../../../shared');
const present = existsSync(join(SHARED, 'tools/score.mjs'));
if (!present) console.warn(`SKIPPED: no labelled samples at ${SHARED}; recall over all products is not measured`);

const folder = mkdtempSync(join(tmpdir(), 'yagura-labelled-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]): string =>
  execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
const yagura = (...args: string[]): string => run(join(import.meta.dirname, '../../local/yagura.mjs'), ...args);

interface Score {
  tests: { recallAlertWorthyLow: string; falsePositivesMedium: string; byLogType: Record<string, string> };
}

function scoreOf(files: readonly string[]): Score {
  const feed = join(folder, 'feed');
  const truth = join(folder, 'truth.jsonl');
  run(join(SHARED, 'tools/feed.mjs'), feed, ...files);
  renameSync(join(feed, 'truth.jsonl'), truth);
  const state = join(folder, 'state');
  try {
    yagura('replay', feed, '--state', state);
  } catch {
    // Exit 3: records of products that no source claims are in quarantine.
  }
  const alerts = join(folder, 'alerts.jsonl');
  writeFileSync(alerts, yagura('export', 'alerts', '--state', state));
  return JSON.parse(run(join(SHARED, 'tools/score.mjs'), truth, alerts)) as Score;
}

/** `36/38 = 94.7%` → 0.947; undefined where nothing was counted. */
function shareOf(text: string | undefined): number | undefined {
  const [, part, whole] = /(\d+)\/(\d+) =/.exec(text ?? '') ?? [];
  return whole === undefined ? undefined : Number(part) / Number(whole);
}

describe.skipIf(!present)('the labelled records of all products', () => {
  it('are found as a rule, with few false alarms', () => {
    const samples = join(SHARED, 'samples/panther');
    const { tests } = scoreOf(readdirSync(samples).map((name) => join(samples, name)));
    console.log(`recall ${tests.recallAlertWorthyLow}, false alarms ${tests.falsePositivesMedium}`);
    expect(shareOf(tests.recallAlertWorthyLow)).toBeGreaterThanOrEqual(0.9);
    expect(shareOf(tests.falsePositivesMedium)).toBeLessThanOrEqual(0.02);
    for (const type of ['AWS.CloudTrail', 'Okta.SystemLog', 'GitHub.Audit', 'GCP.AuditLog', 'Amazon.EKS.Audit'])
      expect([type, shareOf(tests.byLogType[type])]).toEqual([type, expect.toSatisfy((share: number) => share >= 0.85)]);
  });
});
