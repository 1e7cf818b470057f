/** `yagura maintain`: hot files of past days → sorted cold files, each event once; and what nobody needs any more → deleted. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CONNECTORS } from '../../functions/collect/connectors/index.ts';
import { parseConfig } from '../../functions/core/config.ts';
import { problemText, YaguraError } from '../../functions/core/error.ts';
import type { Locale } from '../../functions/core/text.ts';
import type { MaintainReport } from '../../functions/maintain/stage.ts';
import { PIPELINE } from '../../functions/pipeline.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { maintainHere } from '../maintain-here.ts';
import { openState } from '../ports.ts';
import { plain } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';
import { existingState } from './query.ts';

export interface MaintainCommandOptions {
  state: string;
  config: string;
  graceMin: number;
  locale: Locale;
  json?: boolean;
}

/** One process at a time: the state is locked, so nobody writes meanwhile, and days can be cut at this moment. */
export async function maintainCommand(options: MaintainCommandOptions): Promise<number> {
  if (options.graceMin < 0) throw new YaguraError('BadInput', `--grace-min ${options.graceMin} (allowed: 0 and more)`);
  existingState(options.state);
  const retentionDays = await configuredRetention(options.config);
  const state = await openState(options.state, { write: true });
  try {
    const report = await maintainHere(state, { graceMs: options.graceMin * 60_000, retentionDays });
    out(options.json ? JSON.stringify(report) : reportText(report, options.locale));
    for (const problem of report.problems) note(`! ${plain(problemText(problem))}`);
    return report.problems.length > 0 ? EXIT.partial : EXIT.ok;
  } finally {
    await state.close();
  }
}

/** Days by table, of the configuration; none where there is no such file. */
async function configuredRetention(path: string): Promise<Readonly<Record<string, number>>> {
  if (!existsSync(path)) return {};
  const module: unknown = await import(pathToFileURL(resolve(path)).href);
  const input = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  const known = { sources: SOURCES.map(({ id }) => id), stages: PIPELINE.map(({ id }) => id), connectors: CONNECTORS };
  return parseConfig(input, known).retentionDays.tables;
}

const WORDS = {
  idle: {
    en: 'Nothing to compact: no past day has new events.',
    ja: '圧縮するものはありません: 過去の日に新しいイベントはありません。',
  },
  compacted: {
    en: ({ rows, files, bytes }: MaintainReport) =>
      `${number(rows)} events: ${number(files.in)} files (${size(bytes.in)}) → ${number(files.out)} sorted files (${size(bytes.out)})`,
    ja: ({ rows, files, bytes }: MaintainReport) =>
      `${number(rows)} 件のイベント: ${number(files.in)} ファイル (${size(bytes.in)}) → 整列済み ${number(files.out)} ファイル (${size(bytes.out)})`,
  },
  copies: {
    en: ({ copies }: MaintainReport) => `${number(copies)} further copies of events were left out`,
    ja: ({ copies }: MaintainReport) => `重複したイベント ${number(copies)} 件を除きました`,
  },
  retired: {
    en: ({ retired }: MaintainReport) =>
      `deleted: ${number(retired.absorbed)} hot files that no query needs any more, ${number(retired.expired)} files past their retention`,
    ja: ({ retired }: MaintainReport) =>
      `削除: 不要になった取り込み時ファイル ${number(retired.absorbed)}、保存期間を過ぎたファイル ${number(retired.expired)}`,
  },
  waiting: {
    en: () => 'The hot files stay until running queries are done; the next run after the grace period deletes them.',
    ja: () => '取り込み時のファイルは実行中のクエリーのために残り、猶予期間後の次の実行で削除されます。',
  },
  left: {
    en: ({ rounds }: MaintainReport) => `${rounds.left} parts could not be compacted; readers still see the hot files of all`,
    ja: ({ rounds }: MaintainReport) => `${rounds.left} 個の部分を圧縮できませんでした。引き続き取り込み時のファイルが読まれます`,
  },
} as const;

const number = (value: number): string => value.toLocaleString('en-US');
const size = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 2 : 0)} MiB`;

function reportText(report: MaintainReport, locale: Locale): string {
  const lines: string[] = [];
  if (report.rows === 0 && report.rounds.left === 0) lines.push(WORDS.idle[locale]);
  if (report.rows > 0) lines.push(WORDS.compacted[locale](report));
  if (report.copies > 0) lines.push(WORDS.copies[locale](report));
  if (report.rounds.left > 0) lines.push(WORDS.left[locale](report));
  if (report.outcome === 'done' && report.rows > 0 && report.retired.absorbed === 0) lines.push(WORDS.waiting[locale]());
  if (report.retired.absorbed + report.retired.expired > 0) lines.push(WORDS.retired[locale](report));
  return lines.join('\n');
}
