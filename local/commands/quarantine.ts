/** `yagura quarantine`: what could not be read, one of it as a person may see it, and a second try after a mend. */
import { writeFile } from 'node:fs/promises';
import { YaguraError } from '../../functions/core/error.ts';
import { safeText } from '../../functions/core/terminal-text.ts';
import type { Locale, LocalText } from '../../functions/core/text.ts';
import { problemOf } from '../../functions/ingest/reasons.ts';
import { loadContent } from '../content.ts';
import { loadSources } from '../mappings.ts';
import { type LocalState, openState } from '../ports.ts';
import { type Quarantined, quarantined, replayQuarantine } from '../quarantine.ts';
import { drainBus, LOCAL_STAGES } from '../stages.ts';
import { tableText } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';
import { existingState } from './query.ts';

interface Options {
  state: string;
  locale: Locale;
  reason?: string;
  json?: boolean;
}

const T = {
  empty: { en: 'nothing is in quarantine', ja: '隔離された記録はありません' },
  reason: { en: 'reason', ja: '理由' },
  source: { en: 'source', ja: 'ソース' },
  records: { en: 'records', ja: '件数' },
  objects: { en: 'objects', ja: 'オブジェクト' },
  such: { en: 'such as', ja: '例' },
  from: { en: 'from', ja: '出所' },
  record: { en: 'record', ja: '記録' },
  whole: { en: 'the object as a whole', ja: 'オブジェクト全体' },
  size: { en: 'bytes', ja: 'バイト数' },
  cut: { en: 'kept of it', ja: '保存分' },
  what: { en: 'what', ja: '内容' },
  allowed: { en: 'allowed', ja: '許容' },
  fix: { en: 'fix', ja: '対処' },
  next: { en: 'Next', ja: '次' },
} satisfies Record<string, LocalText>;

/** Counts by reason and source; with `--json` each entry without its bytes. */
export async function listCommand(options: Options): Promise<number> {
  const t = (key: keyof typeof T): string => T[key][options.locale];
  return await withState(options.state, false, async (state) => {
    const groups = new Map<string, { first: Quarantined; count: number; objects: Set<string> }>();
    for await (const { entries } of quarantined(state.quarantine))
      for (const entry of entries.filter(({ reason }) => options.reason === undefined || reason === options.reason)) {
        if (options.json) out(JSON.stringify(summary(entry)));
        const key = `${entry.reason} ${entry.source ?? ''}`;
        const group = groups.get(key) ?? { first: entry, count: 0, objects: new Set() };
        group.count++;
        group.objects.add(entry.from);
        groups.set(key, group);
      }
    if (options.json) return EXIT.ok;
    if (groups.size === 0) note(t('empty'));
    else {
      const rows = [...groups.values()]
        .sort((a, b) => b.count - a.count)
        .map(({ first, count, objects }) => [
          ...[first.reason, first.source ?? '–', count, objects.size, first.id],
          safeText(`${first.from.split('/').at(-1)}: ${first.detail}`, 60),
        ]);
      out(tableText([t('reason'), t('source'), t('records'), t('objects'), 'id', t('such')], rows));
      out(`\n${t('next')}: npm run yagura -- quarantine show ID`);
    }
    return EXIT.ok;
  });
}

const summary = ({ id, reason, detail, from, record, sizeBytes, source, file }: Quarantined): Record<string, unknown> => ({
  ...{ id, reason, detail: safeText(detail), from, record, sizeBytes, file },
  ...(source === undefined ? {} : { source }),
});

/** Lines of a record that a terminal is shown, and characters of each. */
const SHOWN_LINES = 40;
const SHOWN_CHARS = 2_000;

/** One entry. Its bytes are log text: nothing of them reaches a terminal but as characters to look at. */
export async function showCommand(id: string, options: Options & { out?: string }): Promise<number> {
  const t = (key: keyof typeof T): string => T[key][options.locale];
  return await withState(options.state, false, async (state) => {
    const entry = await entryBy(id, state);
    if (options.out !== undefined) {
      await writeFile(options.out, entry.bytes, { flag: 'wx' }).catch((error: unknown) => {
        throw new YaguraError('BadInput', `cannot write ${options.out}: ${error instanceof Error ? error.message : ''}`);
      });
      return EXIT.ok;
    }
    const { what, allowed = '', fix = '' } = problemOf(entry);
    const rows: [string, string][] = [
      ['id', entry.id],
      [t('reason'), entry.reason],
      [t('from'), safeText(entry.from, 1000)],
      [t('record'), entry.record === 0 ? t('whole') : String(entry.record)],
      [
        t('size'),
        entry.bytes.length === entry.sizeBytes
          ? String(entry.sizeBytes)
          : `${entry.sizeBytes} (${t('cut')}: ${entry.bytes.length})`,
      ],
      ...(entry.source === undefined ? [] : [[t('source'), entry.source] satisfies [string, string]]),
      [t('what'), what],
      [t('allowed'), allowed],
      [t('fix'), fix],
    ];
    if (options.json)
      out(JSON.stringify({ ...summary(entry), what, allowed, fix, text: Buffer.from(entry.bytes).toString('utf8') }));
    else out(`${rows.map(([name, value]) => `${name}: ${value}`).join('\n')}\n\n${shown(entry.bytes)}`);
    return EXIT.ok;
  });
}

function shown(bytes: Uint8Array): string {
  const lines = Buffer.from(bytes.subarray(0, SHOWN_LINES * SHOWN_CHARS))
    .toString('utf8')
    .split(/\r?\n/);
  const more = lines.length > SHOWN_LINES ? ['…'] : [];
  return [...lines.slice(0, SHOWN_LINES).map((line) => safeText(line, SHOWN_CHARS)), ...more]
    .map((line) => `| ${line}`)
    .join('\n');
}

async function entryBy(id: string, state: LocalState): Promise<Quarantined> {
  const found: Quarantined[] = [];
  for await (const { entries } of quarantined(state.quarantine))
    found.push(...entries.filter((entry) => entry.id.startsWith(id)));
  const [first] = found;
  if (first !== undefined && found.every((entry) => entry.id === first.id)) return first;
  throw new YaguraError(
    found.length === 0 ? 'NotFound' : 'BadInput',
    `${found.length === 0 ? 'nothing' : `${found.length} records`} in quarantine with the id ${safeText(id, 40)}`,
    {
      problems: [{ what: 'the id names no single record', fix: '`yagura quarantine list --json` lists all ids' }],
    },
  );
}

/** Tries again what lies there: after a mapping, a source or an object was mended. */
export async function replayCommand(options: Options & { id?: string; mappings?: string }): Promise<number> {
  const sources = await loadSources(options.mappings);
  return await withState(options.state, true, async (state) => {
    if (options.id !== undefined) await entryBy(options.id, state);
    const content = { sources, ...(await loadContent(undefined, sources)) };
    const { id, reason } = options;
    const done = await replayQuarantine(
      state,
      content,
      (entry) => (id === undefined || entry.id.startsWith(id)) && (reason === undefined || entry.reason === reason),
    );
    await LOCAL_STAGES.detect(state, content.correlations, { settled: true });
    await drainBus(state);
    const { tried, left, stay, report } = done;
    if (options.json) out(JSON.stringify({ tried, left, stay, events: report.out, ...report }));
    else {
      out(
        options.locale === 'ja'
          ? `${tried} 件を再試行: ${left} 件が隔離を出て ${report.out} 件のイベントになり、${stay} 件は隔離に残りました`
          : `${tried} tried: ${left} left quarantine and became ${report.out} events, ${stay} stay`,
      );
      for (const [name, count] of Object.entries(report.bySource)) out(`  ${name}: ${count}`);
      if (report.quarantined > 0)
        out(
          options.locale === 'ja'
            ? `  うち ${report.quarantined} 件は個別に隔離されました`
            : `  ${report.quarantined} records of these objects are now in quarantine one by one`,
        );
    }
    return stay > 0 || report.quarantined > 0 ? EXIT.partial : EXIT.ok;
  });
}

async function withState(dir: string, write: boolean, work: (state: LocalState) => Promise<number>): Promise<number> {
  existingState(dir);
  const state = await openState(dir, { write });
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}
