/** `yagura case evidence add|list|custody|verify`: files go into the evidence store under their hash, and every hand that they pass is recorded. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Tlp } from '../../functions/core/case/marking.ts';
import type { CaseEvidence } from '../../functions/core/case/state.ts';
import { sha256 } from '../../functions/core/digest.ts';
import { YaguraError } from '../../functions/core/error.ts';
import { safeText } from '../../functions/core/terminal-text.ts';
import type { ObjectStore } from '../../functions/ports/object-store.ts';
import { type AnalystOptions, atDesk } from '../analyst.ts';
import { timeOf } from '../case-time.ts';
import { tableText } from '../table-text.ts';
import { tell } from './case-change.ts';
import { EXIT, note, out } from './io.ts';

/** One piece on a laptop; what is larger stays where it is, and its hash is recorded. */
const MAX_BYTES = 512 * 1024 * 1024;

export interface AddOptions extends AnalystOptions {
  note?: string;
  tlp?: Tlp;
  collected?: string;
}

/** Bytes first, record second: a crash in between leaves bytes that nobody speaks of, never a record without bytes. */
export const addCommand = (text: string, files: readonly string[], options: AddOptions): Promise<number> =>
  atDesk(options, async (desk) => {
    for (const file of files) {
      const bytes = await bytesOf(file);
      const hash = sha256(bytes);
      const { incidentId } = await desk.read(text);
      const storedAt = `cases/${incidentId}/${hash}`;
      await desk.state.evidence.put(storedAt, bytes, { ifAbsent: true });
      const collectedAtMs = options.collected === undefined ? undefined : timeOf(options.collected, desk.state.clock.nowMs());
      tell(
        await desk.change(text, {
          op: 'add_evidence',
          name: basename(file),
          sha256: hash,
          sizeBytes: bytes.length,
          storedAt,
          note: options.note ?? '',
          ...(options.tlp === undefined ? {} : { tlp: options.tlp }),
          ...(collectedAtMs === undefined ? {} : { collectedAtMs }),
        }),
        options,
      );
    }
    return EXIT.ok;
  });

async function bytesOf(file: string): Promise<Uint8Array> {
  const problem = (what: string): YaguraError =>
    new YaguraError('BadInput', 'this file cannot be kept', { problems: [{ at: file, what }] });
  const found = await stat(file).catch((error: unknown) => {
    throw problem(error instanceof Error ? error.message : String(error));
  });
  if (!found.isFile()) throw problem('it is no file');
  if (found.size > MAX_BYTES) throw problem(`${found.size} bytes; at most ${MAX_BYTES}`);
  return readFile(file);
}

export const listCommand = (text: string, options: AnalystOptions): Promise<number> =>
  atDesk(options, async (desk) => {
    const { evidence } = await desk.read(text);
    if (options.json) for (const item of evidence) out(JSON.stringify(item));
    else if (evidence.length === 0) note(options.locale === 'en' ? 'no evidence is kept' : '保全した証拠はありません');
    else
      for (const { evidenceId, name, sha256: hash, sizeBytes, custody, note: said } of evidence) {
        out(
          `${evidenceId}  ${safeText(name, 120)}  ${sizeBytes} B  SHA-256 ${hash}${said === '' ? '' : `  ${safeText(said, 200)}`}`,
        );
        for (const { action, by, to, atMs, note: why } of custody)
          out(
            `    ${new Date(atMs).toISOString()}  ${action}${to === null ? '' : ` → ${safeText(to, 64)}`}  ${safeText(by, 64)}  ${safeText(why, 200)}`,
          );
      }
    return EXIT.ok;
  });

/** Reads every kept piece again and compares its hash; what is intact is recorded as verified. Exit code 3 where one is not. */
export const verifyCommand = (text: string, options: AnalystOptions): Promise<number> =>
  atDesk(options, async (desk) => {
    const { evidence } = await desk.read(text);
    const rows: string[][] = [];
    for (const item of evidence) {
      const result = await checked(item, desk.state.evidence);
      rows.push([item.evidenceId, item.name, result]);
      if (result === 'intact')
        await desk.change(text, { op: 'record_custody', evidenceId: item.evidenceId, action: 'verified', note: '' });
    }
    const isBad = rows.some(([, , result]) => result === 'missing' || result === 'changed');
    if (options.json) for (const [id, name, result] of rows) out(JSON.stringify({ id, name, result }));
    else out(tableText(['id', 'name', 'result'], rows));
    return isBad ? EXIT.partial : EXIT.ok;
  });

async function checked(
  { storedAt, sha256: expected }: CaseEvidence,
  store: ObjectStore,
): Promise<'intact' | 'changed' | 'missing' | 'kept elsewhere'> {
  if (storedAt === null) return 'kept elsewhere';
  const object = await store.get(storedAt);
  if (object === undefined) return 'missing';
  const hash = createHash('sha256');
  for await (const piece of object.body) hash.update(piece);
  return hash.digest('hex') === expected ? 'intact' : 'changed';
}
