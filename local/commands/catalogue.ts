/** `yagura sources`: what can be read, and how much of it has a typed attribute. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../functions/core/json.ts';
import { parseJson } from '../../functions/core/json-exact.ts';
import type { Locale, LocalText } from '../../functions/core/text.ts';
import type { Source } from '../../functions/sources/source.ts';
import { ROOT } from '../content.ts';
import { findLogFiles } from '../log-files.ts';
import { loadSources } from '../mappings.ts';
import { type Measured, measure, measureFiles, nothingMeasured, typedRatio } from '../source-measure.ts';
import { tableText } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';

interface Options {
  locale: Locale;
  mappings?: string;
  measure?: string;
  json?: boolean;
}

const T = {
  product: { en: 'product', ja: '製品' },
  classes: { en: 'OCSF classes', ja: 'OCSF クラス' },
  formats: { en: 'formats', ja: '形式' },
  samples: { en: 'samples', ja: 'サンプル数' },
  records: { en: 'records', ja: '件数' },
  typed: { en: 'typed', ja: '型付き' },
  invalid: { en: 'not valid', ja: '不正' },
  json: { en: 'JSON', ja: 'JSON' },
  lines: { en: 'lines', ja: '行' },
} satisfies Record<string, LocalText>;

interface Row {
  id: string;
  product: string;
  classes: readonly number[];
  formats: ('json' | 'lines')[];
  samples: number;
  measured: Measured;
}

export async function sourcesCommand(options: Options): Promise<number> {
  const nowMs = Date.now();
  const sources = await loadSources(options.mappings);
  const found = options.measure === undefined ? undefined : await findLogFiles([options.measure]);
  const folder = found === undefined ? undefined : await measureFiles(found.files, sources, nowMs);
  const rows: Row[] = [];
  for (const source of sources) rows.push(await rowOf(source, options.locale, nowMs));
  const shown = folder === undefined ? rows : rows.flatMap((row) => withMeasured(row, folder.bySource.get(row.id)));
  if (options.json) for (const row of shown) out(JSON.stringify({ ...row, typedRatio: typedRatio(row.measured) ?? null }));
  else out(table(shown, options.locale, folder !== undefined));
  if (folder !== undefined && folder.unread > 0)
    note(
      options.locale === 'ja'
        ? `どのソースも読めない記録が ${folder.unread} 件あります: docs/add-a-source.md`
        : `${folder.unread} records that no source reads: docs/add-a-source.md`,
    );
  return EXIT.ok;
}

const withMeasured = (row: Row, measured: Measured | undefined): Row[] => (measured === undefined ? [] : [{ ...row, measured }]);

function table(rows: readonly Row[], locale: Locale, isFolder: boolean): string {
  const t = (key: keyof typeof T): string => T[key][locale];
  const cells = rows.map(({ id, product, classes, formats, samples, measured }) => {
    const ratio = typedRatio(measured);
    const share = ratio === undefined ? '–' : `${Math.round(100 * ratio)} %`;
    const counts = isFolder ? [measured.records, share, measured.invalid] : [samples, share];
    return [id, product, classes.join(', '), formats.map((format) => t(format)).join(', '), ...counts];
  });
  const counts = isFolder ? [t('records'), t('typed'), t('invalid')] : [t('samples'), t('typed')];
  return tableText(['id', t('product'), t('classes'), t('formats'), ...counts], cells);
}

/** A source with what its own samples say of it. */
async function rowOf(source: Source, locale: Locale, nowMs: number): Promise<Row> {
  const folder = join(ROOT, 'functions', 'sources', source.id, 'samples');
  const names = (await readdir(folder).catch(() => [])).filter(
    (name) => /\.(json|log)$/.test(name) && !name.endsWith('.ocsf.json'),
  );
  const measured = nothingMeasured();
  for (const name of names)
    for (const record of recordsOf(source, name, await readFile(join(folder, name), 'utf8')))
      measure(measured, source, record, nowMs);
  const isJson = source.lines === undefined || names.some((name) => name.endsWith('.json'));
  return {
    ...{ id: source.id, product: source.title[locale], classes: source.classes, samples: names.length, measured },
    formats: [...(isJson ? (['json'] as const) : []), ...(source.lines === undefined ? [] : (['lines'] as const))],
  };
}

function recordsOf(source: Source, name: string, text: string): JsonObject[] {
  if (name.endsWith('.json')) return [parseJson(text)].filter(isJsonObject);
  const reader = source.lines?.open({ key: name });
  return text.split(/\r?\n/).flatMap((line) => {
    const read = line === '' ? undefined : reader?.read(line);
    return read === undefined || read === 'header' ? [] : [read.record];
  });
}
