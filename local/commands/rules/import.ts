/** `yagura rules import`: a folder of somebody else's rules, judged rule by rule; with `--into` the ready ones are copied. */
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { problemText, YaguraError } from '../../../functions/core/error.ts';
import { loadRules } from '../../content.ts';
import { type Fate, type Judged, judgeForeign } from '../../foreign-rules.ts';
import { loadSources } from '../../mappings.ts';
import { findRuleFiles, type RuleFile } from '../../rule-files.ts';
import { sampleFields, sampleSources } from '../../source-fields.ts';
import { plain, plainLines, tableText } from '../../table-text.ts';
import { EXIT, note, out } from '../io.ts';

export interface ImportReport {
  files: number;
  counts: Record<Fate, number>;
  judged: Judged[];
  /** Files copied, as they are named there. */
  copied: string[];
}

/** Never runs a rule and never changes one. @throws YaguraError BadInput for paths that do not exist */
export async function importPaths(paths: readonly string[], into?: string): Promise<ImportReport> {
  const found = await findRuleFiles(paths);
  const own = new Set((await loadRules()).map(({ info }) => info.id));
  const { judged } = judgeForeign(found.files, { sources: sampleSources(await sampleFields(), await loadSources()), taken: own });
  for (const detail of found.problems)
    judged.push({
      file: detail.at ?? '',
      at: detail.at ?? '',
      kind: 'file',
      fate: 'unsupported',
      reason: 'the file cannot be read',
      detail,
    });
  const counts: Record<Fate, number> = { ready: 0, 'not-applicable': 0, unsupported: 0 };
  for (const { fate } of judged) counts[fate]++;
  const copied = into === undefined ? [] : await copyReady(found.files, { judged, into });
  return { files: found.files.length, counts, judged, copied };
}

/** A file is copied where all its documents are ready: half a file would be another file. */
async function copyReady(
  files: readonly RuleFile[],
  { judged, into }: { judged: readonly Judged[]; into: string },
): Promise<string[]> {
  const unfit = new Set(judged.filter(({ fate }) => fate !== 'ready').map(({ file }) => file));
  const known = new Set(judged.map(({ file }) => file));
  const copied: string[] = [];
  for (const { file, given, tests } of files.filter((one) => known.has(one.file) && !unfit.has(one.file))) {
    const target = join(into, relative(given, file) || basename(file));
    await mkdir(dirname(target), { recursive: true });
    await keep(file, target);
    if (tests !== undefined) await keep(tests.file, target.replace(/\.ya?ml$/i, '.tests.yml'));
    copied.push(target);
  }
  return copied;
}

/** Copies without writing over anything. */
async function keep(from: string, to: string): Promise<void> {
  const { constants } = await import('node:fs');
  await copyFile(from, to, constants.COPYFILE_EXCL).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    throw new YaguraError('Conflict', `${to} exists already`, {
      problems: [{ at: to, what: 'nothing is written over', fix: 'name an empty folder with --into' }],
    });
  });
}

export async function importCommand(
  paths: readonly string[],
  options: { into?: string; json?: boolean; all?: boolean },
): Promise<number> {
  const report = await importPaths(paths, options.into);
  if (options.json) out(JSON.stringify(report));
  else tell(report, options);
  return report.counts.unsupported > 0 || report.files === 0 ? EXIT.partial : EXIT.ok;
}

/** Lines of each fate that a person reads before asking for all of them. */
const FIRST = 20;

function tell({ files, counts, judged, copied }: ImportReport, options: { into?: string; all?: boolean }): void {
  for (const fate of ['unsupported', 'ready'] as const) {
    const list = judged.filter((one) => one.fate === fate);
    const shown = options.all ? list : list.slice(0, FIRST);
    for (const one of shown) out(plainLines(`${fate}  ${one.at}  ${one.title ?? ''}${whyOf(one)}`));
    if (shown.length < list.length)
      out(`  … and ${list.length - shown.length} more ${fate} (--all lists them, --json has everything)`);
  }
  if (options.all)
    for (const one of judged.filter(({ fate }) => fate === 'not-applicable'))
      out(plain(`not-applicable  ${one.at}  ${one.title ?? ''}${whyOf(one)}`));
  const reasons = new Map<string, number>();
  for (const { fate, reason } of judged)
    if (fate !== 'ready') reasons.set(`${fate}\u0000${reason}`, (reasons.get(`${fate}\u0000${reason}`) ?? 0) + 1);
  const rows = [...reasons].sort((a, b) => b[1] - a[1]).map(([key, count]) => [...key.split('\u0000'), count]);
  if (rows.length > 0) out(`\n${tableText(['fate', 'reason', 'documents'], rows, 100)}`);
  out(
    `\n${files} files, ${judged.length} documents: ${counts.ready} ready, ${counts['not-applicable']} not applicable here, ${counts.unsupported} unsupported`,
  );
  if (options.into !== undefined)
    out(`${copied.length} files copied to ${options.into}. Run them: yagura replay LOGS --rules ${options.into}`);
  if (files === 0) note('no rule files (*.yml, *.yaml) there');
}

const whyOf = ({ reason, detail }: Judged): string => {
  if (detail !== undefined) return ` — ${problemText({ ...detail, at: '' }).replace(/^: /, '')}`;
  return reason === '' ? '' : ` — ${reason}`;
};
