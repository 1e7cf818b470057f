import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { OperationInput } from '../../functions/core/case/operation.ts';
import { casePk, eventSk } from '../../functions/ports/case-store.ts';
import { onlyCase, shortIds } from '../../local/analyst.ts';
import { lengthOf, timeOf } from '../../local/case-time.ts';
import { historyCommand, queueCommand, showCommand, verifyCommand } from '../../local/commands/case.ts';
import { changeCommand } from '../../local/commands/case-change.ts';
import { addCommand, verifyCommand as verifyEvidence } from '../../local/commands/case-evidence.ts';
import { exportCommand } from '../../local/commands/case-export.ts';
import { tellError } from '../../local/commands/io.ts';
import { acceptCommand, handoverCommand } from '../../local/commands/shift.ts';
import { openState } from '../../local/ports.ts';
import { drainBus } from '../../local/stages.ts';
import { finding, T0, user } from '../correlate/story.ts';
import { jsonLines, type Ran, yagura } from './command.ts';

let dir = '';
const run = (...args: string[]): Promise<Ran> => yagura([...args, '--state', dir]);
const HOSTILE = 'mallory\u001b[2J\u202e';

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'yagura-cases-'));
  const state = await openState(dir, { write: true });
  const findings = ['eve', HOSTILE].map((name) => finding({ rule: `of ${name}`, atMs: T0, entities: [user(name)] }));
  await state.bus.publish([{ name: 'FindingsRaised', detail: { findings } }]);
  await drainBus(state);
  await state.close();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const options = (me: string) => ({ state: dir, locale: 'en' as const, me });

/** Runs a command in this process, as the command line does. */
async function told(work: () => Promise<number>): Promise<{ code: number; stdout: string; stderr: string }> {
  const text = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((piece) => {
      text[stream] += String(piece);
      return true;
    }),
  );
  try {
    return { code: await work().catch(tellError), ...text };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
const queue = (json: boolean) => told(() => queueCommand({ ...options('alice'), json, limit: 50 }));
const ids = async (): Promise<string[]> => jsonLines((await queue(true)).stdout).map((row) => String(row['incidentId']));
const change = (me: string, id: string, operation: OperationInput) => told(() => changeCommand([id], options(me), operation));

describe('yagura case', { timeout: 120_000 }, () => {
  it('is a word of the command line, with examples', async () => {
    const [id = ''] = await ids();
    const marked = await run('case', 'mark', id.slice(4), '--pap', 'RED', '--reason', 'quiet', '--me', 'carol', '--locale', 'ja');
    expect(marked).toMatchObject({ code: 0, stdout: expect.stringContaining('PAP:RED') });
    expect((await run('case', 'verdict', '--help')).stdout).toContain('Example:');
  });

  it('shows what burns, and nothing that a log wrote steers the terminal', async () => {
    const { stdout, code } = await queue(false);
    expect(code).toBe(0);
    expect(stdout).toMatch(/id\s+burns\s+prio/);
    expect(stdout.match(/acknowledge /g)?.length).toBeGreaterThanOrEqual(2);
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
    for (const id of await ids()) {
      const page = await told(() => showCommand(id, options('nobody')));
      expect(page.stdout).toContain(id);
      expect(page.stdout).not.toMatch(/[\u001b\u202e]/);
    }
  });

  it('is worked from the queue to the end by two persons, and tells the slower one who was quicker', async () => {
    const [id = ''] = await ids();
    const short = shortIds(await ids()).get(id) ?? '';
    expect((await change('alice', short, { op: 'acknowledge' })).stdout).toContain('acknowledged; assigned to alice');
    expect((await change('bob', short, { op: 'acknowledge' })).stderr).toContain('alice has it already');
    await told(() => showCommand(short, { ...options('bob'), brief: true }));
    const file = join(dir, 'note.txt');
    writeFileSync(file, 'memory');
    expect((await told(() => addCommand(short, [file], options('alice')))).stdout).toContain('evidence E1');
    expect((await told(() => verifyEvidence(short, options('alice')))).stdout).toContain('intact');
    const verdict = { op: 'set_verdict', rootCause: 'rule_logic', reason: 'a backup' } as const;
    expect((await change('alice', short, { ...verdict, verdict: 'false_positive' })).stdout).toContain('false positive');
    const late = await change('bob', short, { ...verdict, verdict: 'undetermined', rootCause: 'unknown' });
    expect(late.code).not.toBe(0);
    expect(late.stderr).toMatch(/changed since you looked\n.*alice: verdict false positive/);
    expect((await change('alice', short, { op: 'close', reason: 'x' })).stderr).toContain('propose, approve');
    expect((await change('alice', short, { op: 'propose_close', reason: 'a backup' })).code).toBe(0);
    const history = await told(() => historyCommand(short, { ...options('bob'), locale: 'ja' }));
    expect(history.stdout).toContain('クローズ提案');
    expect((await change('bob', short, { op: 'approve_close' })).stdout).toContain('closed, as alice proposed');
    expect(await ids()).not.toContain(id);
    const note = await told(() => handoverCommand({ ...options('bob'), locale: 'ja', from: '1h', keep: true }));
    expect(note.stdout).toContain(id);
    const [, noteId = ''] = /accept (\S+)/.exec(note.stderr) ?? [];
    expect((await told(() => acceptCommand(noteId, options('bob')))).stderr).toContain('cannot take it over');
    expect((await told(() => acceptCommand(noteId, options('carol')))).code).toBe(0);
  });

  it('refuses what it cannot know, and says what it takes', async () => {
    const [id = ''] = await ids();
    expect(await told(() => showCommand('zzzz', options('alice')))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('yagura case queue'),
    });
    expect(await change('a b', id, { op: 'acknowledge' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nobody of this SOC'),
    });
    const copy = await told(() => exportCommand(id, { ...options('alice'), for: 'x', use: 'record', format: 'json' }));
    expect(copy).toMatchObject({ code: 2, stderr: expect.stringContaining('cleared') });
  });

  it('names the event that somebody changed, with exit code 3', async () => {
    const [id = ''] = await ids();
    expect((await told(() => verifyCommand([], options('alice')))).code).toBe(0);
    const state = await openState(dir);
    const item = await state.table.get(casePk(id), eventSk(1));
    await state.table.write([{ put: { pk: casePk(id), sk: eventSk(1), data: { ...item?.data, actor: 'mallory' } } }]);
    await state.close();
    const { code, stdout } = await told(() => verifyCommand([], options('alice')));
    expect(code).toBe(3);
    expect(stdout).toContain(`${id}: event 1: its content does not fit its hash`);
  });
});

describe('what people type', () => {
  it('finds the one case that is meant', () => {
    const all = ['INC-20251201-aa11', 'INC-20251201-aa22', 'INC-20251130-bb33'];
    expect(onlyCase('bb', all)).toBe('INC-20251130-bb33');
    expect(onlyCase('inc-20251130', all)).toBe('INC-20251130-bb33');
    expect(() => onlyCase('aa', all)).toThrow('2 cases begin with aa');
    expect(() => onlyCase('', all)).toThrow('3 cases');
    expect([...shortIds(['INC-20251201-aaaa11', 'INC-20251201-aaaa22', 'INC-20251130-2025ff']).values()]).toEqual([
      'aaaa1',
      'aaaa2',
      '2025f',
    ]);
  });

  it.each([
    ['20m', '2026-12-01T02:40:00.000Z'],
    ['2d ago', '2026-11-29T03:00:00.000Z'],
    ['now', '2026-12-01T03:00:00.000Z'],
    ['2026-12-01 02:00', '2026-12-01T02:00:00.000Z'],
    ['2026-12-01T12:00+09:00', '2026-12-01T03:00:00.000Z'],
  ])('reads the time %s', (text, expected) => {
    expect(new Date(timeOf(text, Date.parse('2026-12-01T03:00:00Z'))).toISOString()).toBe(expected);
  });

  it('refuses times that it would have to guess', () => {
    for (const text of ['yesterday', '2026-13-01T00:00', '12:00', '']) expect(() => timeOf(text, 0)).toThrow('not understood');
    expect(lengthOf('90m')).toBe(5_400_000);
    expect(() => lengthOf('3d')).toThrow('not understood');
  });
});
