/** `yagura replay`: the user's own logs through the pipeline, and what came of them. */
import { isAbsolute, relative } from 'node:path';
import { nearest, problemText, YaguraError } from '../../functions/core/error.ts';
import { levelRank } from '../../functions/core/finding.ts';
import { listAlerts, listIncidents } from '../../functions/core/incident-store.ts';
import type { IngestReport } from '../../functions/ingest/arrival.ts';
import type { Source } from '../../functions/sources/source.ts';
import { loadContent } from '../content.ts';
import { findLogFiles, LOG_ENDINGS } from '../log-files.ts';
import { loadSources } from '../mappings.ts';
import { type LocalState, openState } from '../ports.ts';
import { createProgress } from '../progress.ts';
import { replay } from '../replay.ts';
import { plain, tableText } from '../table-text.ts';
import { createValidator, type Validation } from '../validation.ts';
import { EXIT, note, out } from './io.ts';
import { type ForeignRun, foreignDocument, foreignRules, refusedCorrelations, tellForeign } from './rules/foreign.ts';

export interface ReplayOptions {
  state: string;
  source?: string;
  json?: boolean;
  /** Folders or files of further Sigma rules. */
  rules?: readonly string[];
  /** Folder of mapping files. Default `mappings`, where it is there. */
  mappings?: string;
  /** Judge every event by the schema. */
  validate?: boolean;
}

/** One document; counts are of this run, but for findings, alerts and incidents, which are what the state now holds. */
export async function replayCommand(paths: readonly string[], options: ReplayOptions): Promise<number> {
  const startedAtMs = Date.now();
  const onlySource = options.source;
  const sources = await loadSources(options.mappings);
  if (onlySource !== undefined) checkSource(onlySource, sources);
  const found = await findLogFiles(paths);
  const foreign = options.rules === undefined ? undefined : await foreignRules(options.rules, sources);
  const { refused, ...loaded } = await loadContent(foreign, sources);
  foreign?.refused.push(...refusedCorrelations(refused));
  const state = await openState(options.state, { write: true });
  try {
    const progress = createProgress(options.json);
    const validator = options.validate ? createValidator() : undefined;
    const content = {
      sources,
      ...loaded,
      ...(onlySource === undefined ? {} : { onlySource }),
      ...(validator === undefined ? {} : { inspect: validator.inspect }),
    };
    const report = await replay(found, state, content, ({ files, filesDone, report: { out: events } }) =>
      progress.update(filesDone, files, `${filesDone}/${files} files, ${events} events`),
    );
    progress.end();
    const held = await heldBy(state);
    const durationMs = Date.now() - startedAtMs;
    const around = {
      otherFiles: found.otherFiles,
      durationMs,
      ...(foreign === undefined ? {} : { foreign }),
      ...(validator === undefined ? {} : { validation: validator.result() }),
    };
    if (options.json) out(JSON.stringify(document(report, held, around)));
    else tell(report, held, { paths, state: options.state, ...around });
    if (around.validation !== undefined && around.validation.invalid > 0) return EXIT.fault;
    const code = exitCode(report, found.files.length);
    return code === EXIT.ok && foreign !== undefined && foreign.refused.length > 0 ? EXIT.partial : code;
  } finally {
    await state.close();
  }
}

function checkSource(id: string, sources: readonly Source[]): void {
  const ids = sources.map((source) => source.id);
  if (ids.includes(id)) return;
  const near = nearest(id, ids);
  throw new YaguraError('BadInput', `there is no source ${id}`, {
    problems: [
      {
        at: '--source',
        what: `unknown source ${id}`,
        allowed: ids.join(', '),
        ...(near === undefined ? {} : { fix: `write ${near}` }),
      },
    ],
  });
}

interface Held {
  findings: number;
  alerts: number;
  alertsMediumUp: number;
  incidents: number;
}

async function heldBy(state: LocalState): Promise<Held> {
  const alerts = await listAlerts(state.table);
  const incidents = await listIncidents(state.table);
  return {
    findings: await findingsHeld(state),
    alerts: alerts.length,
    alertsMediumUp: alerts.filter((alert) => levelRank(alert.level) >= levelRank('medium')).length,
    incidents: incidents.length,
  };
}

/** Detection Findings in the lake, ours and the products', each once. */
async function findingsHeld(state: LocalState): Promise<number> {
  const { rows } = await state.query.run("SELECT count(*) FROM detection_finding WHERE eventday >= '00000000'");
  return Number(rows[0]?.[0] ?? 0);
}

interface Around {
  otherFiles: number;
  durationMs: number;
  foreign?: ForeignRun;
  validation?: Validation;
}

function document(
  report: IngestReport,
  held: Held,
  { otherFiles, durationMs, foreign, validation }: Around,
): Record<string, unknown> {
  const { out: events, problems, failedIds, findings: _, ...counts } = report;
  return {
    ...counts,
    out: events,
    events,
    ...held,
    otherFiles,
    failed: failedIds.length,
    problems,
    durationMs,
    ...foreignDocument(foreign),
    ...(validation === undefined ? {} : { validation }),
  };
}

const exitCode = (report: IngestReport, files: number): number =>
  report.quarantined > 0 || report.problems.length > 0 || report.failedIds.length > 0 || files === 0 ? EXIT.partial : EXIT.ok;

function tell(report: IngestReport, held: Held, around: Around & { paths: readonly string[]; state: string }): void {
  const { in: all, out: events, quarantined, dropped } = report;
  if (around.foreign !== undefined) tellForeign(around.foreign);
  if (report.objects === 0) note(nothingFound(around));
  out(
    `${report.objects} objects in ${(around.durationMs / 1000).toFixed(1)} s, ${(report.bytes / 1e6).toFixed(1)} MB of records`,
  );
  if (report.alreadyIngested > 0) out(`  ${report.alreadyIngested} of them were ingested before: nothing to do`);
  if (report.alreadyIngested > 0 && around.foreign !== undefined)
    out('  rules see an object when it is ingested: name another --state to run these rules over them');
  for (const [reason, count] of Object.entries(report.skippedObjects)) out(`  ${count} skipped on purpose: ${reason}`);
  out(`${all} records in = ${events} events + ${quarantined} quarantined + ${dropped} dropped`);
  const details = [
    ...Object.entries(report.bySource).map(([name, count]) => ['source', name, count]),
    ...Object.entries(report.byClass).map(([name, count]) => ['OCSF class', name, count]),
    ...Object.entries(report.quarantinedByReason).map(([name, count]) => ['quarantined', name, count]),
    ...Object.entries(report.droppedByReason).map(([name, count]) => ['dropped', name, count]),
    ...(report.reusedIds > 0 ? [['kept apart', 'events with an id used before', report.reusedIds]] : []),
    ...Object.entries(report.ruleErrors).map(([name, count]) => ['rule error', name, count]),
  ];
  if (details.length > 0) out(tableText(['', 'what', 'count'], details));
  if (around.validation !== undefined) tellValidation(around.validation, report.alreadyIngested);
  out(
    `\nThe state now holds ${held.findings} findings in ${held.alerts} alerts, ${held.alertsMediumUp} of them medium or higher, and ${held.incidents} incidents.`,
  );
  for (const problem of report.problems.slice(0, 10)) note(`! ${plain(problemText({ ...problem, ...shortened(problem.at) }))}`);
  if (report.problems.length > 10) note(`! … and ${report.problems.length - 10} more; --json lists them`);
  const flag = around.state === '.yagura' ? '' : ` --state ${around.state}`;
  if (held.incidents > 0) out(`\nNext: npm run yagura -- incidents list${flag}`);
}

function tellValidation({ events, invalid, warnings, rules }: Validation, alreadyIngested: number): void {
  out(`\nOCSF 1.8.0: ${events} events judged, ${invalid} not valid, ${warnings} valid with warnings`);
  if (alreadyIngested > 0) out('  objects that were ingested before are not judged again: name another --state to judge them');
  if (rules.length === 0) return;
  const rows = rules
    .slice(0, 40)
    .map((rule) => [
      rule.source,
      rule.classUid,
      rule.isWarning ? 'warning' : 'error',
      rule.kind,
      rule.path,
      rule.count,
      rule.example,
    ]);
  out(tableText(['source', 'class', '', 'rule', 'attribute', 'count', 'such as'], rows));
  if (rules.length > 40) out(`… and ${rules.length - 40} more; --json lists them`);
}

const nothingFound = ({ paths, otherFiles }: { paths: readonly string[]; otherFiles: number }): string =>
  `no log files below ${paths.map(plain).join(', ')}: ${otherFiles} files have other names. Logs are ${LOG_ENDINGS.map((ending) => `*.${ending}`).join(', ')}, and .gz or .zst of these; name a file itself to read it whatever it is called.`;

const shortened = (at: string | undefined): { at?: string } => {
  if (at === undefined || !isAbsolute(at)) return {};
  const near = relative(process.cwd(), at);
  return { at: near.length < at.length ? near : at };
};
