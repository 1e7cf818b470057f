/** `yagura suppressions list|lint|test`: what nobody needs to look at, until when, what that hid, and what a new one would hide. */
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Alert, eventCount } from '../../functions/core/alert.ts';
import { nearest, type Problem, problemText, YaguraError } from '../../functions/core/error.ts';
import { listAlerts, type StoredAlert } from '../../functions/core/incident-store.ts';
import { Suppressor } from '../../functions/core/suppression/apply.ts';
import { parseSuppression } from '../../functions/core/suppression/file.ts';
import { DAY_MS, isExpired, lastDay, type Suppression } from '../../functions/core/suppression/suppression.ts';
import type { Locale } from '../../functions/core/text.ts';
import { loadCorrelations, loadRules } from '../content.ts';
import { loadSuppressions, SUPPRESSIONS, suppressionFiles } from '../desk.ts';
import { openState } from '../ports.ts';
import { plain, tableText } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';
import { existingState } from './query.ts';

const WORDS = {
  en: {
    header: ['id', 'title', 'rules', 'owner', 'expires', 'left', 'alerts', 'events', 'last'],
    expired: 'EXPIRED',
    days: 'd',
    none: `no suppressions (files *.yml in the folder "${SUPPRESSIONS}")`,
    fine: 'suppressions without an error',
    would: 'would make signals of',
    alerts: 'alerts',
    events: 'events',
    hides: 'it would hide alerts of incidents that stand: look at them first',
    eventOnly: 'it reads fields of the event: alerts do not keep these, so only the ingest pass (yagura replay) can tell',
    cases: ['alert', 'level', 'rule', 'when (UTC)', 'about', 'incident'],
  },
  ja: {
    header: ['ID', 'タイトル', 'ルール', '責任者', '期限', '残り', 'アラート', 'イベント', '最終'],
    expired: '期限切れ',
    days: '日',
    none: `抑止ルールはありません(フォルダー「${SUPPRESSIONS}」の *.yml)`,
    fine: '件の抑止ルールに誤りなし',
    would: '件をシグナルに下げます:',
    alerts: 'アラート',
    events: 'イベント',
    hides: '現存するインシデントのアラートを隠します。先に確認してください',
    eventOnly: 'イベントの項目を読むため、保存済みアラートでは判定できません(yagura replay で確認してください)',
    cases: ['アラート', 'レベル', 'ルール', '日時 (UTC)', '対象', 'インシデント'],
  },
} as const;

interface Options {
  state: string;
  dir?: string;
  locale: Locale;
  json?: boolean;
}

const minute = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ');

export async function listCommand({ state: stateDir, dir, locale, json }: Options): Promise<number> {
  const suppressions = await loadSuppressions(dir);
  const hidden = new Map<string, StoredAlert[]>();
  if (existsSync(stateDir))
    for (const alert of await alertsIn(stateDir))
      if (alert.suppressedBy !== undefined) hidden.set(alert.suppressedBy, [...(hidden.get(alert.suppressedBy) ?? []), alert]);
  const nowMs = Date.now();
  const rows = suppressions.map((one) => ({ one, ...countsOf(hidden.get(one.id) ?? []), expired: isExpired(one, nowMs) }));
  if (json === true) for (const { one, ...counts } of rows) out(JSON.stringify({ ...listed(one), ...counts }));
  else if (rows.length === 0) note(WORDS[locale].none);
  else {
    const words = WORDS[locale];
    const cells = rows.map(({ one, alerts, events, lastMs, expired }) => [
      one.id,
      one.title,
      one.rules === 'any' ? 'any' : one.rules.join(', '),
      one.owner,
      lastDay(one),
      expired ? words.expired : `${Math.ceil((one.untilMs - nowMs) / DAY_MS)} ${words.days}`,
      alerts,
      events,
      lastMs === null ? '' : minute(lastMs),
    ]);
    out(tableText(words.header, cells, 40));
  }
  return EXIT.ok;
}

const listed = ({ id, path, title, reason, owner, rules, readsEvent, ...times }: Suppression) => ({
  ...{ id, path, title, reason, owner, rules, readsEvent },
  expires: lastDay(times),
});

function countsOf(alerts: readonly Alert[]): { alerts: number; events: number; lastMs: number | null } {
  const events = alerts.reduce((sum, alert) => sum + eventCount(alert), 0);
  return { alerts: alerts.length, events, lastMs: alerts.length === 0 ? null : Math.max(...alerts.map(({ lastMs }) => lastMs)) };
}

async function alertsIn(stateDir: string): Promise<StoredAlert[]> {
  existingState(stateDir);
  const state = await openState(stateDir);
  try {
    return await listAlerts(state.table);
  } finally {
    await state.close();
  }
}

/** Errors: what cannot be read, what is over, and rules of ours that nobody knows. */
export async function lintCommand(paths: readonly string[], { json, locale }: Pick<Options, 'json' | 'locale'>): Promise<number> {
  const files = paths.length === 0 ? await suppressionFiles() : (await Promise.all(paths.map(filesAt))).flat();
  const names = await ruleNames();
  const problems: Problem[] = [];
  for (const { file, text } of files) {
    const { suppression, problems: own } = parseSuppression(text, file);
    problems.push(...own);
    if (suppression === undefined) continue;
    if (isExpired(suppression, Date.now()))
      problems.push({
        at: file,
        what: `it expired on ${lastDay(suppression)}; what it meant alerts again`,
        fix: `ask ${suppression.owner}: renew date and expires, or delete the file`,
      });
    problems.push(...unknownRules(suppression, names));
  }
  if (json === true) out(JSON.stringify({ files: files.length, problems }));
  else for (const problem of problems) out(plain(problemText(problem)));
  if (problems.length === 0 && json !== true)
    note(files.length === 0 ? WORDS[locale].none : `${files.length} ${WORDS[locale].fine}`);
  return problems.length === 0 ? EXIT.ok : EXIT.partial;
}

async function filesAt(path: string): Promise<{ file: string; text: string }[]> {
  if (!existsSync(path))
    throw new YaguraError('BadInput', 'cannot read every path', { problems: [{ at: path, what: 'no such file or folder' }] });
  return statSync(path).isDirectory() ? suppressionFiles(path) : [{ file: path, text: await readFile(path, 'utf8') }];
}

async function ruleNames(): Promise<Set<string>> {
  const own = await loadCorrelations();
  const infos = [...(await loadRules()), ...own.rules, ...own.correlations].map(({ info }) => info);
  return new Set(
    infos.flatMap(({ id, path, title }) => [id, title, path, path.split('/').at(-1) ?? path]).map((name) => name.toLowerCase()),
  );
}

/** A product's own rule ids are its own business; what looks like an id or a file of ours must be one. */
function unknownRules({ rules, path }: Suppression, names: ReadonlySet<string>): Problem[] {
  if (rules === 'any') return [];
  const ours = rules.filter((rule) => /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(rule) || /^detections\//.test(rule));
  return ours
    .filter((rule) => !names.has(rule.toLowerCase()))
    .map((rule) => {
      const near = nearest(rule, [...names]);
      return { at: path, what: `no rule is called ${rule}`, ...(near === undefined ? {} : { fix: `did you mean "${near}"?` }) };
    });
}

/** What it would have hidden of a state. Exit code 3 where alerts of standing incidents are among them. */
export async function testCommand(file: string, { state, locale, json }: Options): Promise<number> {
  const suppression = await suppressionBy(file);
  const words = WORDS[locale];
  const suppressor = new Suppressor([{ ...suppression, readsEvent: false }]);
  const alerts = (await alertsIn(state)).filter((alert) => {
    const summary = alert.moments[0]?.summary ?? '';
    return suppressor.find(alert, { timeMs: alert.firstMs, summary }) !== undefined;
  });
  const meant = suppression.readsEvent ? [] : alerts;
  const grave = meant.filter(({ incidentId, suppressedBy }) => incidentId !== null && suppressedBy === undefined);
  if (json === true)
    out(
      JSON.stringify({ id: suppression.id, readsEvent: suppression.readsEvent, ...countsOf(meant), ofIncidents: grave.length }),
    );
  else if (suppression.readsEvent) note(words.eventOnly);
  else {
    const { alerts: count, events } = countsOf(meant);
    out(`${plain(suppression.id)}: ${words.would} ${count} ${words.alerts} (${events} ${words.events})`);
    const rows = meant.slice(0, 50).map((alert) => caseRow(alert));
    if (rows.length > 0) out(tableText(words.cases, rows));
    if (grave.length > 0) note(`${grave.length}: ${words.hides}`);
  }
  return grave.length > 0 ? EXIT.partial : EXIT.ok;
}

const caseRow = ({ id, level, title, firstMs, entities, incidentId }: StoredAlert): unknown[] => [
  ...[id, level, title, minute(firstMs)],
  entities.find(({ part }) => part === 'actor')?.id ?? '',
  incidentId ?? '',
];

async function suppressionBy(given: string): Promise<Suppression> {
  if (existsSync(given) && statSync(given).isFile()) {
    const { suppression, problems } = parseSuppression(await readFile(given, 'utf8'), given);
    if (suppression !== undefined) return suppression;
    throw new YaguraError('BadContent', `${given} cannot be used`, { problems });
  }
  const all = await loadSuppressions();
  const found = all.find(({ id }) => id === given);
  if (found !== undefined) return found;
  const near = nearest(
    given,
    all.map(({ id }) => id),
  );
  throw new YaguraError('NotFound', `there is no suppression ${given}`, {
    problems: [
      {
        at: 'SUPPRESSION',
        what: `unknown ${given}`,
        allowed: 'a file, or the id of one',
        ...(near ? { fix: `write ${near}` } : {}),
      },
    ],
  });
}
