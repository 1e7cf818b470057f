import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createSqliteTable } from '../../local/adapters/sqlite-table.ts';
import { tableContract } from '../contracts/table.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'yagura-table-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

tableContract('sqlite file', async () => {
  const table = createSqliteTable(join(folder, 'contract', 'table.db'));
  return { table, close: () => table.close() };
});

let scripts = 0;

/** Starts a process that counts up one item under optimistic locking and prints each number that was acknowledged. */
function counter(file: string, times: number): { ended: Promise<string>; kill: () => void } {
  const module = new URL('../../local/adapters/sqlite-table.ts', import.meta.url).href;
  // One each: a process must not read a script that is being written for the next.
  const script = join(folder, `counter-${scripts++}.ts`);
  writeFileSync(
    script,
    `import { writeSync } from 'node:fs';
    import { createSqliteTable } from ${JSON.stringify(module)};
    const table = createSqliteTable(${JSON.stringify(file)});
    for (let done = 0; done < ${times}; ) {
      const item = await table.get('p', 'n');
      const n = Number(item?.data.n ?? 0) + 1;
      const condition = item === undefined ? { absent: true } : { version: item.version };
      if (await table.write([{ put: { pk: 'p', sk: 'n', data: { n } }, condition }, { put: { pk: 'p', sk: 'seen' + n, data: { n } } }])) {
        done++;
        writeSync(1, n + '\\n');
      }
    }`,
  );
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (times === Infinity && output.length > 500) child.kill('SIGKILL');
  });
  const ended = new Promise<string>((resolve) => child.on('close', () => resolve(output)));
  return { ended, kill: () => child.kill('SIGKILL') };
}

describe('a sqlite table in several processes', () => {
  it('loses no update when three processes write at once', async () => {
    const file = join(folder, 'shared.db');
    const outputs = await Promise.all([1, 2, 3].map(() => counter(file, 60).ended));
    const table = createSqliteTable(file);
    expect(await table.get('p', 'n')).toMatchObject({ version: 180, data: { n: 180 } });
    const numbers = outputs.flatMap((text) => text.trim().split('\n').map(Number));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 180 }, (_, i) => i + 1));
    table.close();
  });

  it('has every acknowledged write after kill -9, and never half a call', async () => {
    const file = join(folder, 'killed.db');
    const output = await counter(file, Infinity).ended;
    const acknowledged = Number(output.trimEnd().split('\n').at(-1));
    const table = createSqliteTable(file);
    const n = Number((await table.get('p', 'n'))?.data['n']);
    expect(acknowledged).toBeGreaterThan(50);
    expect(n).toBeGreaterThanOrEqual(acknowledged);
    expect((await table.query('p', { prefix: 'seen' })).length).toBe(n);
    table.close();
  });

  it('removes expired items while opening, where it is told the time', async () => {
    const file = join(folder, 'expired.db');
    const before = createSqliteTable(file);
    await before.write([
      { put: { pk: 'p', sk: 'old', data: {}, expiresAtSec: 99 } },
      { put: { pk: 'p', sk: 'new', data: {}, expiresAtSec: 101 } },
      { put: { pk: 'p', sk: 'forever', data: {} } },
    ]);
    before.close();
    const after = createSqliteTable(file, { nowMs: 100_000 });
    expect((await after.query('p')).map(({ sk }) => sk)).toEqual(['forever', 'new']);
    after.close();
  });

  it('says that a file which is no database cannot be used', () => {
    const file = join(folder, 'text.db');
    writeFileSync(file, 'not a database, but long enough to be taken for one '.repeat(40));
    expect(() => createSqliteTable(file)).toThrow(/cannot be used/);
  });
});
