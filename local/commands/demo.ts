/** `npm start`: a day of an organization's CloudTrail with an attack in it, through the same stages as in AWS, and an answer to it. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { YaguraError } from '../../functions/core/error.ts';
import { levelRank } from '../../functions/core/finding.ts';
import type { Incident } from '../../functions/core/incident.ts';
import { listAlerts, listIncidents } from '../../functions/core/incident-store.ts';
import { incidentText } from '../../functions/core/incident-text.ts';
import { planText } from '../../functions/core/plan-text.ts';
import type { Locale, LocalText } from '../../functions/core/text.ts';
import { addReport, emptyReport, type IngestReport } from '../../functions/ingest/arrival.ts';
import type { Source } from '../../functions/sources/source.ts';
import { createStoryClock, type StoryClock } from '../adapters/time.ts';
import { loadContent, type PipelineContent } from '../content.ts';
import { loadSources } from '../mappings.ts';
import { type LocalState, openState } from '../ports.ts';
import { createProgress } from '../progress.ts';
import { answer, candidatesOf, outcomeOf, questionOf, startResponse } from '../response.ts';
import { drainBus, LOCAL_STAGES } from '../stages.ts';
import { buildStory, type Story } from '../story/story.ts';
import { plain } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';
import { ask, newRunId, proposedInput } from './playbooks.ts';

interface Options {
  state: string;
  locale: Locale;
  seed: number;
  yes?: boolean;
  /** Folder of mapping files. */
  mappings?: string;
}

/** What arrives within so long is one batch, as the queue before the ingest function gathers it. */
const WINDOW_MS = 10 * 60_000;
/** The analyst is called when a grave incident has not grown for so long. */
const QUIET_MS = 30 * 60_000;
const DAY_MS = 86_400_000;

export async function demoCommand(options: Options): Promise<number> {
  const startedAtMs = Date.now();
  await emptyDemoState(options.state);
  const startMs = Math.floor((Date.now() - DAY_MS) / DAY_MS) * DAY_MS;
  const story = buildStory({ seed: options.seed, startMs });
  const say = teller(options.locale);
  say({
    en: `Yagura plays one day of an organization (${story.files.length} CloudTrail objects). Somewhere in it, a key is stolen.`,
    ja: `組織の 1 日分の CloudTrail（${story.files.length} オブジェクト）を再生します。どこかでキーが盗まれます。`,
  });
  const clock = createStoryClock(startMs);
  const state = await openState(options.state, { clock, write: true });
  try {
    await state.cloud.seed(story.estate);
    const day = new Day(story, state, clock, options);
    await day.playUntilCalled();
    const calledAtMs = clock.nowMs();
    const code = await respondTo(day, say);
    clock.set(calledAtMs);
    await day.playToEnd();
    await closing(day, say, Date.now() - startedAtMs);
    return code;
  } finally {
    await state.close();
  }
}

/** @throws YaguraError Refused where the folder holds anything that no demo made */
async function emptyDemoState(dir: string): Promise<void> {
  if (!existsSync(dir)) return;
  const names = await readdir(dir);
  if (names.length > 0 && !names.includes('yagura.db')) {
    throw new YaguraError('Refused', `${dir} is not a state of Yagura; the demo would empty it`, {
      problems: [{ at: '--state', what: `${dir} holds other files`, fix: 'name an empty folder' }],
    });
  }
  await rm(dir, { recursive: true, force: true });
}

type Say = (text: LocalText) => void;
const teller =
  (locale: Locale): Say =>
  (text) =>
    out(text[locale]);

/** The day as it arrives: objects in the order of their delivery, the clock at each window's end. */
class Day {
  readonly report: IngestReport = emptyReport();
  readonly state: LocalState;
  readonly options: Options;
  readonly clock: StoryClock;
  readonly #story: Story;
  #next = 0;
  #loaded: (PipelineContent & { sources: readonly Source[] }) | undefined;

  constructor(story: Story, state: LocalState, clock: StoryClock, options: Options) {
    this.#story = story;
    this.state = state;
    this.clock = clock;
    this.options = options;
  }

  /** Until a grave incident stands and has been quiet for a while, or the day ends. */
  async playUntilCalled(): Promise<void> {
    await this.#play(async () => {
      const worst = await this.worst();
      return (
        worst !== undefined && levelRank(worst.severity) >= levelRank('high') && this.clock.nowMs() - worst.lastMs > QUIET_MS
      );
    });
  }

  async playToEnd(): Promise<void> {
    await this.#play(async () => false);
    const content = await this.#content();
    await LOCAL_STAGES.detect(this.state, content.correlations, { settled: true });
    await drainBus(this.state);
  }

  async worst(): Promise<Incident | undefined> {
    const incidents = await listIncidents(this.state.table);
    return incidents.sort((a, b) => levelRank(b.severity) - levelRank(a.severity) || b.risk - a.risk)[0];
  }

  async #play(called: () => Promise<boolean>): Promise<void> {
    const { files } = this.#story;
    const progress = createProgress();
    while (this.#next < files.length) {
      const firstMs = deliveredAtMs(files[this.#next]?.key ?? '') ?? this.clock.nowMs();
      const untilMs = Math.max(this.clock.nowMs(), Math.ceil((firstMs + 1) / WINDOW_MS) * WINDOW_MS);
      const end = files.findIndex(({ key }, i) => i > this.#next && (deliveredAtMs(key) ?? 0) >= untilMs);
      const window = files.slice(this.#next, end === -1 ? files.length : end);
      this.clock.set(untilMs);
      await this.#arrive(window);
      this.#next += window.length;
      const time = new Date(untilMs).toISOString().slice(11, 16);
      progress.update(this.#next, files.length, `${time} UTC  ${this.report.out} events`);
      if (await called()) break;
    }
    progress.end();
  }

  async #arrive(files: Story['files']): Promise<void> {
    const arrivals = [];
    for (const { key, bytes } of files) {
      // Absolute: what is not is an object that was collected.
      const path = resolve(this.options.state, 'landing', key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
      arrivals.push({ kind: 'object' as const, id: key, key: path });
    }
    const content = await this.#content();
    addReport(this.report, await LOCAL_STAGES.ingest(arrivals, this.state, content));
    await LOCAL_STAGES.detect(this.state, content.correlations);
    await drainBus(this.state);
  }

  async #content(): Promise<PipelineContent & { sources: readonly Source[] }> {
    if (this.#loaded === undefined) {
      const sources = await loadSources(this.options.mappings);
      this.#loaded = { sources, ...(await loadContent(undefined, sources)) };
    }
    return this.#loaded;
  }
}

/** CloudTrail writes the time of delivery into an object's name; other files of the bucket travel with their neighbours. */
function deliveredAtMs(key: string): number | undefined {
  const [, day, time] = /_(\d{8})T(\d{4})Z_/.exec(key) ?? [];
  if (day === undefined || time === undefined) return undefined;
  return Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${time.slice(0, 2)}:${time.slice(2)}:00Z`);
}

/** The incident, the question, the answer, and the undo, with the key's state at each step. */
async function respondTo(day: Day, say: Say): Promise<number> {
  const { state, options } = day;
  const incident = await day.worst();
  if (incident === undefined) {
    say({
      en: 'No incident: that should not happen with the built-in rules.',
      ja: 'インシデントがありません。組み込みのルールでは起こらないはずです。',
    });
    return EXIT.fault;
  }
  out(`\n${incidentText(incident, options.locale, { nowMs: day.clock.nowMs(), colour: process.stdout.isTTY === true })}\n`);
  const fitting = await candidatesOf(incident, state);
  const candidate = fitting.find(({ isCertain }) => isCertain) ?? fitting[0];
  if (candidate === undefined) return EXIT.fault;
  const { playbook, target } = candidate;
  const showKey = async (when: LocalText): Promise<void> => {
    const status = (await state.cloud.snapshot()).accounts[target.accountId]?.users[target.userName]?.accessKeys[
      target.accessKeyId
    ]?.status;
    say({
      en: `${when.en}: access key ${plain(target.accessKeyId)} of ${plain(target.userName)} is ${status ?? 'unknown'}`,
      ja: `${when.ja}: ${plain(target.userName)} のアクセスキー ${plain(target.accessKeyId)} は ${status ?? '不明'}`,
    });
  };
  // The answer is given now, not on the day of the story: approvals expire by the clock of whoever answers.
  const calledAtMs = day.clock.nowMs();
  const askedAtMs = Date.now();
  day.clock.set(askedAtMs);
  day.clock.run();
  await showKey({ en: 'Before', ja: '実行前' });
  const runId = newRunId(playbook, incident.id, state);
  await startResponse(playbook, runId, proposedInput(incident, candidate), state);
  const outcome = await decideOn(day, playbook, runId, say);
  if (outcome === undefined) return EXIT.ok;
  await showKey({ en: 'After', ja: '実行後' });
  if (outcome !== 'done') return EXIT.ok;
  const respondedAfterMs = calledAtMs + (Date.now() - askedAtMs) - incident.detectedAtMs;
  const minutes = (ms: number): string => (ms / 60_000).toFixed(1);
  say({
    en: `\nTime to detect: ${minutes(incident.detectedAtMs - incident.firstMs)} min after the first event of the attack (CloudTrail's delivery included). Time to respond: ${minutes(respondedAfterMs)} min after detection.`,
    ja: `\n検知までの時間: 攻撃の最初のイベントから ${minutes(incident.detectedAtMs - incident.firstMs)} 分（CloudTrail の配信を含む）。対応までの時間: 検知から ${minutes(respondedAfterMs)} 分。`,
  });
  say({
    en: '\nAnd back again, as if the key had turned out to be innocent:',
    ja: '\n次に、キーが無実だった場合のように元に戻します。',
  });
  const undoId = newRunId('undo-response', incident.id, state);
  const input = { incidentId: incident.id, requester: 'demo', reason: 'the demo shows the undo', undoRunId: runId };
  await startResponse('undo-response', undoId, input, state);
  await decideOn(day, 'undo-response', undoId, say);
  await showKey({ en: 'After undo', ja: '取り消し後' });
  return EXIT.ok;
}

async function decideOn(day: Day, playbook: string, runId: string, say: Say): Promise<string | undefined> {
  const { state, options } = day;
  const question = await questionOf(runId, state);
  if (question === undefined) return await outcomeOf(playbook, runId, state);
  const { approval, plan } = question;
  out(`\n${planText(plan, options.locale, { expiresAtMs: approval.expiresAtMs })}\n`);
  const decision = await ask(options);
  if (decision === undefined) {
    const how = `npm run yagura -- approvals approve ${approval.approvalId} --plan ${plan.hash} --state ${options.state}`;
    say({
      en: `Nobody is at the terminal, so the playbook waits. Nothing is ever approved silently: answer with\n  ${how}\nor run npm start -- --yes.`,
      ja: `端末に人がいないため、プレイブックは待機します。無断で承認されることはありません。回答するには\n  ${how}\nまたは npm start -- --yes`,
    });
    return undefined;
  }
  await answer(approval.approvalId, plan.hash, decision, state);
  const outcome = await outcomeOf(playbook, runId, state);
  say({
    en: `\n${decision.decision === 'approve' ? 'Approved' : 'Rejected'} by ${decision.approver}; ${playbook}: ${plain(outcome ?? 'waiting')}`,
    ja: `\n${decision.approver} が${decision.decision === 'approve' ? '承認' : '却下'}。${playbook}: ${plain(outcome ?? '待機中')}`,
  });
  return outcome;
}

async function closing(day: Day, say: Say, durationMs: number): Promise<void> {
  const { report, state, options } = day;
  const alerts = await listAlerts(state.table);
  const incidents = (await listIncidents(state.table)).filter(
    ({ status, surfacing }) => status === 'new' && surfacing.isSurfaced,
  );
  const grave = alerts.filter(({ level }) => levelRank(level) >= levelRank('medium'));
  const outside = grave.filter(({ incidentId }) => incidentId !== incidents[0]?.id && incidentId !== null);
  say({
    en: `\nThe whole day: ${report.in} records in = ${report.out} events + ${report.quarantined} quarantined + ${report.dropped} dropped; ${Object.values(report.skippedObjects).reduce((a, b) => a + b, 0)} objects skipped on purpose.`,
    ja: `\n1 日全体: 入力 ${report.in} 件 = イベント ${report.out} + 隔離 ${report.quarantined} + 破棄 ${report.dropped}。意図的にスキップしたオブジェクト ${Object.values(report.skippedObjects).reduce((a, b) => a + b, 0)} 件。`,
  });
  say({
    en: `${report.findings} findings → ${alerts.length} alerts and signals, ${grave.length} of medium or higher → ${incidents.length} incident${incidents.length === 1 ? '' : 's'} (${outside.length} of those alerts in another one). ${(durationMs / 1000).toFixed(1)} s.`,
    ja: `検知 ${report.findings} 件 → アラートとシグナル ${alerts.length} 件（medium 以上 ${grave.length} 件）→ インシデント ${incidents.length} 件。${(durationMs / 1000).toFixed(1)} 秒。`,
  });
  const flag = `--state ${options.state}`;
  const next = [
    `npm run yagura -- incidents show ${incidents[0]?.id ?? ''} ${flag} --locale ja`,
    `npm run yagura -- query "SELECT user_name, event_name, count(*) AS n FROM cloudtrail GROUP BY 1, 2 ORDER BY n DESC LIMIT 10" --unbounded ${flag}`,
    `npm run yagura -- export alerts ${flag} | head`,
    'npm run yagura -- replay path/to/your/cloudtrail/logs',
  ];
  say({ en: '\nTry next:', ja: '\n次に試すこと:' });
  for (const line of next) out(`  ${line}`);
  note('');
}
