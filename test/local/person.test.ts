import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/core/json.ts';
import { benign, trailStopped } from './cloudtrail-records.ts';
import { inFolder, yagura } from './command.ts';

const ALICE = 'alice@example.com';
/** A read by a person: nothing that any rule minds. */
const readBy = (n: number, person: string): JsonObject => {
  const record = benign(n);
  const arn = `arn:aws:sts::111122223333:assumed-role/Reader/${person}`;
  return {
    ...record,
    userIdentity: { ...(record['userIdentity'] as JsonObject), arn, principalId: `AROAEXAMPLEROLEID0001:${person}` },
  };
};
/** What an alert rests on. */
const stoppedBy = (n: number, person: string): JsonObject => {
  const record = trailStopped(n);
  const arn = `arn:aws:iam::111122223333:user/${person}`;
  return { ...record, userIdentity: { ...(record['userIdentity'] as JsonObject), arn, userName: person } };
};

async function withState(work: (state: string) => Promise<void>): Promise<void> {
  await inFolder(async (dir) => {
    const state = join(dir, 'state');
    const records = Array.from({ length: 20 }, (_, n) => readBy(n, n < 5 ? ALICE : 'bob@example.com'));
    writeFileSync(join(dir, 'a.json'), JSON.stringify({ Records: [...records, stoppedBy(20, ALICE)] }));
    expect(await yagura(['replay', join(dir, 'a.json'), '--state', state])).toMatchObject({ code: 0 });
    await work(state);
  });
}
const report = async (state: string, ...words: string[]): Promise<JsonObject> => {
  const { code, stdout, stderr } = await yagura(['person', ...words, '--state', state, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
};
const exported = async (state: string): Promise<string[]> =>
  (await yagura(['export', 'events', '--state', state])).stdout
    .split('\n')
    .filter((line) => line !== '')
    .sort();
const fingerprint = (state: string): string[] =>
  readdirSync(join(state, 'lake'), { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => `${name} ${statSync(join(state, 'lake', name)).mtimeMs}`);

describe('a person who asks to be forgotten', () => {
  it('is found, and nothing changes: what may go, what incidents hold, where the originals lie', { timeout: 120_000 }, () =>
    withState(async (state) => {
      const before = fingerprint(state);
      const found = await report(state, 'find', '--id', ALICE);
      expect(found).toMatchObject({ applied: false, deletable: 5 });
      expect(Number(found['held'])).toBeGreaterThan(0);
      expect(found['cases']).toHaveLength(1);
      expect(found['heldBy']).toEqual([...(found['cases'] as string[]), 'yagura'].sort());
      expect(found['rawObjects']).toHaveLength(1);
      expect(await report(state, 'delete', '--id', ALICE)).toEqual(found);
      expect(fingerprint(state)).toEqual(before);
      const { stdout } = await yagura(['person', 'find', '--id', ALICE, '--state', state, '--locale', 'ja']);
      expect(stdout).toMatch(/5 +レイクのイベント +削除できます/);
      expect(await report(state, 'find', '--id', 'carol@example.com')).toMatchObject({
        deletable: 0,
        held: 0,
        cases: [],
        files: 0,
      });
    }),
  );

  it.each([false, true])(
    'goes from the lake, others stay to the letter, evidence stays (compacted: %s)',
    { timeout: 180_000 },
    (isCompacted) =>
      withState(async (state) => {
        if (isCompacted) {
          await yagura(['maintain', '--state', state]);
          const refused = await yagura(['person', 'delete', '--id', ALICE, '--apply', '--state', state]);
          expect(refused.code).not.toBe(0);
          expect(refused.stderr).toContain('yagura maintain --grace-min 0');
          await yagura(['maintain', '--state', state, '--grace-min', '0']);
        }
        const before = await exported(state);
        const done = await report(state, 'delete', '--id', ALICE, '--apply');
        expect(done).toMatchObject({ applied: true, deletable: 5 });
        const after = await exported(state);
        const gone = before.filter((line) => !after.includes(line));
        expect(gone).toHaveLength(5);
        for (const line of gone) expect(line).toContain(ALICE);
        expect(after.filter((line) => !before.includes(line))).toEqual([]);
        expect(after.filter((line) => line.includes(ALICE)).length).toBe(
          before.filter((line) => line.includes(ALICE)).length - 5,
        );
        expect(await report(state, 'find', '--id', ALICE)).toMatchObject({ deletable: 0, held: done['held'], rollupLines: 0 });
        const { stdout } = await yagura([
          'query',
          "SELECT count(*) AS n FROM cloudtrail WHERE eventday >= '20200101'",
          '--format',
          'json',
          '--state',
          state,
        ]);
        expect(stdout).toContain('16');
        if (isCompacted) expect(await yagura(['maintain', '--state', state, '--grace-min', '0'])).toMatchObject({ code: 0 });
        expect(await exported(state)).toEqual(after);
      }),
  );

  it('is not told by a name that everybody has', async () => {
    await withState(async (state) => {
      const { code, stderr } = await yagura(['person', 'find', '--id', 'al', '--state', state]);
      expect(code).not.toBe(0);
      expect(stderr).toContain('at least 4 characters');
    });
  });
});
