/** `yagura evidence list|show|verify`: what responses captured before they changed anything, and the proof that nobody changed it since. */
import { statSync } from 'node:fs';
import { YaguraError } from '../../functions/core/error.ts';
import { SafeId } from '../../functions/core/plan.ts';
import type { Locale, LocalText } from '../../functions/core/text.ts';
import type { ObjectStore } from '../../functions/ports/object-store.ts';
import {
  custodyEnd,
  type EvidenceFault,
  type EvidenceProof,
  type KnownEnd,
  verifyEvidence,
} from '../../functions/ports/verify-evidence.ts';
import { createFolderObjectStore } from '../adapters/folder-object-store.ts';
import { openState } from '../ports.ts';
import { plain, tableText } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';
import { existingState } from './query.ts';

export interface EvidenceOptions {
  state: string;
  locale: Locale;
  json?: boolean;
  /** A copy of the evidence bucket, in place of the state. */
  folder?: string;
  /** Where the custody log ended, as an earlier verify said: `<number>:<SHA-256>`. */
  end?: string;
}

const WORDS = {
  none: { en: 'no evidence was captured for', ja: '証拠はまだありません:' },
  intact: { en: 'intact', ja: '改変なし' },
  pieces: { en: 'pieces', ja: '件' },
  end: { en: 'custody log ends with', ja: '証拠保全記録の末尾' },
  noEnd: {
    en: 'Without --end nobody can tell whether the last entries were taken away: give the end that was noted earlier.',
    ja: '--end がないと、末尾の記録が削除されていないかを確認できません。以前に控えた末尾を指定してください。',
  },
  missing: { en: 'missing', ja: '欠落' },
  changed: { en: 'changed', ja: '改変' },
  unreadable: { en: 'unreadable', ja: '読み取り不可' },
  unlisted: { en: 'not in the custody log', ja: '記録にない' },
} as const satisfies Record<string, LocalText>;

async function proved<T>(
  incidentId: string,
  options: EvidenceOptions,
  work: (proof: EvidenceProof, store: ObjectStore) => Promise<T> | T,
): Promise<T> {
  if (!SafeId.safeParse(incidentId).success)
    throw new YaguraError('BadInput', 'this is no id of an incident', {
      problems: [
        { at: 'incident', what: incidentId, allowed: 'letters, digits and . _ : -', fix: '`yagura incidents list` shows them' },
      ],
    });
  if (options.folder !== undefined) {
    const store = createFolderObjectStore(folderOf(options.folder));
    return await work(await verifyEvidence(store, incidentId, endOf(options.end)), store);
  }
  existingState(options.state);
  const state = await openState(options.state);
  try {
    const end = endOf(options.end) ?? (await custodyEnd(state.table, incidentId));
    return await work(await verifyEvidence(state.evidence, incidentId, end), state.evidence);
  } finally {
    await state.close();
  }
}

function folderOf(folder: string): string {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder;
  throw new YaguraError('NotFound', 'there is no such folder', {
    problems: [
      { at: '--folder', what: folder, fix: 'copy the evidence bucket: aws s3 sync s3://BUCKET/responses FOLDER/responses' },
    ],
  });
}

function endOf(text: string | undefined): KnownEnd | undefined {
  if (text === undefined) return undefined;
  const [, seq, digest] = /^([1-9]\d{0,7}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq !== undefined && digest !== undefined) return { seq: Number(seq), sha256: digest, isEarlier: true };
  throw new YaguraError('BadInput', 'this is no end of a custody log', {
    problems: [
      { at: '--end', what: text, allowed: '<number>:<SHA-256>', fix: 'take it from an earlier `yagura evidence verify`' },
    ],
  });
}

const time = (atMs: number): string => new Date(atMs).toISOString();

export const listCommand = (incidentId: string, options: EvidenceOptions): Promise<number> =>
  proved(incidentId, options, ({ items }) => {
    if (options.json) for (const item of items) out(JSON.stringify(item));
    else if (items.length === 0) note(`${WORDS.none[options.locale]} ${plain(incidentId)}`);
    else
      out(
        tableText(
          ['#', 'when', 'action', 'target', 'run', 'bytes', 'SHA-256'],
          items.map(({ entry: { seq, atMs, runId }, manifest }) => [
            ...[seq, time(atMs), manifest?.actionId ?? '?', manifest?.target['uid'] ?? '?', runId],
            ...[manifest?.object.sizeBytes ?? '?', manifest?.object.sha256 ?? '?'],
          ]),
          80,
        ),
      );
    return EXIT.ok;
  });

/** Prints the captured state with its manifest and its entry of the log. @throws YaguraError NotFound, Refused where it is not intact */
export const showCommand = (incidentId: string, seq: number, options: EvidenceOptions): Promise<number> =>
  proved(incidentId, options, async ({ items, faults }, store) => {
    const item = items.find(({ entry }) => entry.seq === seq);
    if (item === undefined)
      throw new YaguraError('NotFound', `${incidentId} has no evidence ${seq}`, {
        problems: [{ at: 'number', what: String(seq), fix: `\`yagura evidence list ${incidentId}\` shows them` }],
      });
    const key = item.manifest?.object.key;
    const found = key === undefined ? undefined : await store.get(key);
    const pieces: Uint8Array[] = [];
    if (found !== undefined) for await (const piece of found.body) pieces.push(piece);
    const own = faults.filter((fault) => fault.key === key || fault.key === item.entry.manifestKey);
    const captured = Buffer.concat(pieces).toString('utf8');
    if (options.json) out(JSON.stringify({ ...item, captured, faults: own }));
    else {
      const { requester, approvers, atMs, manifestKey } = item.entry;
      out(`${time(atMs)}  ${plain(requester)} → ${plain(approvers.join(', '))}`);
      out(plain(key ?? manifestKey));
      if (item.manifest !== undefined) out(plain(item.manifest));
      out(plain(captured));
      for (const fault of own) note(faultLine(fault, options.locale));
    }
    return own.length === 0 ? EXIT.ok : EXIT.partial;
  });

/** Exit code 3 where anything is missing, changed, or there without an entry of the log. */
export const verifyCommand = (incidentId: string, options: EvidenceOptions): Promise<number> =>
  proved(incidentId, options, ({ items, faults, end }) => {
    const { locale } = options;
    const isIntact = faults.length === 0;
    if (options.json) out(JSON.stringify({ incidentId, isIntact, pieces: items.length, end: end ?? null, faults }));
    else {
      for (const fault of faults) out(faultLine(fault, locale));
      if (items.length === 0 && isIntact) note(`${WORDS.none[locale]} ${plain(incidentId)}`);
      else if (isIntact) out(`${WORDS.intact[locale]}: ${items.length} ${WORDS.pieces[locale]}`);
      if (end !== undefined) out(`${WORDS.end[locale]} ${end.seq}:${end.sha256}`);
      if (options.folder !== undefined && options.end === undefined) note(WORDS.noEnd[locale]);
    }
    return isIntact ? EXIT.ok : EXIT.partial;
  });

const faultLine = ({ key, fault, what }: EvidenceFault, locale: Locale): string =>
  `${WORDS[fault][locale]}: ${plain(key)} (${plain(what)})`;
