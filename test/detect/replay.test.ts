/** Correlations from log files to alerts: through the real stages and a real state, whatever the cut into files and runs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../functions/core/alert.ts';
import { listAlerts } from '../../functions/core/incident-store.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { loadContent } from '../../local/content.ts';
import { findLogFiles } from '../../local/log-files.ts';
import { openState } from '../../local/ports.ts';
import { replay } from '../../local/replay.ts';
import { benign } from '../local/cloudtrail-records.ts';
import { inFolder } from '../local/command.ts';

const content = await loadContent();
const SPRAY = 'b77f17d6-8ddb-42ab-ab97-18bac6acd2d8';

/** A failed console sign-in, `n` minutes in, of the n-th user. */
const failedSignIn = (n: number, ip = '198.51.100.9'): JsonObject => ({
  ...benign(n * 60),
  eventID: `00000000-0000-4000-9000-${String(n).padStart(12, '0')}${ip.length}`.slice(0, 36),
  userIdentity: { type: 'IAMUser', userName: `user-${n}`, accountId: '111122223333', principalId: `AIDAEXAMPLE${n}` },
  eventSource: 'signin.amazonaws.com',
  eventName: 'ConsoleLogin',
  eventType: 'AwsConsoleSignIn',
  sourceIPAddress: ip,
  readOnly: false,
  requestParameters: null,
  responseElements: { ConsoleLogin: 'Failure' },
  errorMessage: 'Failed authentication',
});

/** The alerts of the state after replaying the runs, each with its files, one after the other. */
function alertsAfter(runs: readonly (readonly (readonly JsonObject[])[])[]): Promise<Alert[]> {
  return inFolder(async (dir) => {
    const state = await openState(join(dir, 'state'), { write: true });
    try {
      for (const [r, files] of runs.entries()) {
        const folder = join(dir, `logs-${r}`);
        mkdirSync(folder, { recursive: true });
        for (const [f, records] of files.entries())
          writeFileSync(join(folder, `${f}.json`), JSON.stringify({ Records: records }));
        await replay(await findLogFiles([folder]), state, { sources: SOURCES, ...content });
      }
      return await listAlerts(state.table);
    } finally {
      await state.close();
    }
  });
}
const sprays = (alerts: readonly Alert[]) =>
  alerts
    .filter(({ ruleId }) => ruleId === SPRAY)
    .map(({ id, level, eventUids, attack, firstMs }) => ({ id, level, eventUids, attack, firstMs }));

describe('a correlation in a replay', () => {
  const users = [0, 1, 2, 3, 4, 5].map((n) => failedSignIn(n));
  const wanted = { level: 'medium', attack: ['T1110.003'], eventUids: users.map(({ eventID }) => eventID).sort() };

  it('is one alert with all its events, and its base rule raises nothing', async () => {
    const alerts = await alertsAfter([[[...users, benign(7)]]]);
    expect(sprays(alerts)).toMatchObject([wanted]);
    expect(alerts.filter(({ title }) => title === 'Console password wrong')).toEqual([]);
  });

  it('is the same alert when files and runs cut it in pieces, in any order, with repetitions', async () => {
    const whole = sprays(await alertsAfter([[users]]));
    const inFiles = [users.slice(3), users.slice(0, 3)];
    const inRuns = [[users.slice(4)], [users.slice(1, 4), users.slice(2, 5)], [users.slice(0, 1)]];
    expect(sprays(await alertsAfter([inFiles]))).toEqual(whole);
    expect(sprays(await alertsAfter(inRuns))).toEqual(whole);
  });

  it('is none with five users, or with another address for the sixth', async () => {
    expect(sprays(await alertsAfter([[users.slice(0, 5)]]))).toEqual([]);
    expect(sprays(await alertsAfter([[[...users.slice(0, 5), failedSignIn(5, '203.0.113.77')]]]))).toEqual([]);
  });
});
