/** `yagura case queue|show|history|verify|clocks`: what burns, one case whole, and whether its record is intact. */

import { STATUS_WORDS } from '../../functions/core/case/lifecycle.ts';
import { nextAction } from '../../functions/core/case/next-action.ts';
import { burning, priorityUnder, type SlaClock, slaClocks } from '../../functions/core/case/sla.ts';
import { spanText } from '../../functions/core/case/span.ts';
import type { CaseState } from '../../functions/core/case/state.ts';
import { INCIDENTS_PK } from '../../functions/core/incident.ts';
import { readIncident } from '../../functions/core/incident-store.ts';
import { incidentText } from '../../functions/core/incident-text.ts';
import { closeByPolicy } from '../../functions/duty/auto-close.ts';
import { watchCases } from '../../functions/duty/stage.ts';
import { caseEvents, openCases, readCase } from '../../functions/ports/case-store.ts';
import { verifyCase } from '../../functions/ports/verify-case.ts';
import { type AnalystOptions, atDesk, type Desk, headOf, shortIds } from '../analyst.ts';
import { caseNotes, casePage, historyLines } from '../case-page.ts';
import { readConfig } from '../settings.ts';
import { tableText } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';

export interface QueueOptions extends AnalystOptions {
  mine?: boolean;
  unassigned?: boolean;
  tier?: string;
  limit: number;
}

interface Row {
  state: CaseState;
  priority: string;
  clocks: SlaClock[];
  burns: SlaClock | undefined;
}

export const queueCommand = (options: QueueOptions): Promise<number> =>
  atDesk(options, async (desk) => {
    const rows = await queue(desk, options);
    const shown = rows.slice(0, options.limit);
    if (options.json) {
      for (const { state, priority, clocks } of shown)
        out(JSON.stringify({ ...headOf(state), priority, clocks, next: nextAction(state)[options.locale] }));
      return EXIT.ok;
    }
    if (rows.length === 0) {
      note(options.locale === 'en' ? 'nothing is open' : '対応中のケースはありません');
      return EXIT.ok;
    }
    const ids = shortIds((await desk.state.table.query(INCIDENTS_PK)).map(({ sk }) => sk));
    out(
      tableText(
        HEADERS[options.locale],
        shown.map((row) => cells(row, ids, options.locale)),
        48,
      ),
    );
    if (rows.length > shown.length) note(`… ${rows.length - shown.length} more (--limit)`);
    return EXIT.ok;
  });

const HEADERS = {
  en: ['id', 'burns', 'prio', 'severity', 'status', 'owner', 'what', 'alerts', 'next'],
  ja: ['id', '期限', '優先', '深刻度', '状態', '担当', '内容', '件数', '次'],
};

function cells({ state, priority, burns }: Row, ids: ReadonlyMap<string, string>, locale: 'en' | 'ja'): unknown[] {
  return [
    ids.get(state.incidentId) ?? state.incidentId,
    burns === undefined
      ? '–'
      : `${burns.clock} ${spanText(burns.leftMs)}${burns.isBreached ? ' !' : ''}${burns.isPaused ? ' ⏸' : ''}`,
    priority,
    state.severity,
    STATUS_WORDS[state.status][locale],
    state.owner ?? '–',
    state.title[locale],
    headOf(state).alertCount,
    nextAction(state)[locale],
  ];
}

/** Open cases, what burns first; a paused one comes after all that run. */
async function queue(desk: Desk, { mine, unassigned, tier }: QueueOptions): Promise<Row[]> {
  const nowMs = desk.state.clock.nowMs();
  const heads = (await openCases(desk.state.table)).filter(
    (head) =>
      (mine !== true || head.owner === desk.me || head.watchers.includes(desk.me)) &&
      (unassigned !== true || head.owner === null) &&
      (tier === undefined || head.tier === tier),
  );
  const stored = await Promise.all(heads.map(({ incidentId }) => readCase(desk.state.table, incidentId)));
  const rows = stored.flatMap((one): Row[] => {
    if (one === undefined) return [];
    const clocks = slaClocks(one.state, desk.policy, nowMs);
    return [{ state: one.state, priority: priorityUnder(one.state, desk.policy), clocks, burns: burning(clocks) }];
  });
  const rank = ({ burns }: Row): number => (burns === undefined ? 2 : burns.isPaused ? 1 : 0);
  return rows.sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.burns?.leftMs ?? 0) - (b.burns?.leftMs ?? 0) ||
      (a.priority < b.priority ? -1 : a.priority > b.priority ? 1 : a.state.incidentId < b.state.incidentId ? -1 : 1),
  );
}

export const showCommand = (text: string, options: AnalystOptions & { brief?: boolean }): Promise<number> =>
  atDesk(options, async (desk) => {
    const state = await desk.read(text);
    const { table, clock } = desk.state;
    const events = await caseEvents(table, state.incidentId);
    await desk.look(state);
    const nowMs = clock.nowMs();
    if (options.json) {
      const { requests: _, ...shown } = state;
      const clocks = slaClocks(state, desk.policy, nowMs);
      out(
        JSON.stringify({
          ...shown,
          priority: priorityUnder(state, desk.policy),
          clocks,
          next: nextAction(state)[options.locale],
        }),
      );
      return EXIT.ok;
    }
    const page = { policy: desk.policy, locale: options.locale, nowMs, maxEvents: 15 };
    const incident = options.brief === true ? undefined : await readIncident(table, state.incidentId);
    out(
      [
        casePage(state, page),
        ...(incident === undefined
          ? []
          : ['', incidentText(incident, options.locale, { nowMs, colour: process.stdout.isTTY === true })]),
        caseNotes(state, events, page),
      ].join('\n'),
    );
    return EXIT.ok;
  });

export const historyCommand = (text: string, options: AnalystOptions): Promise<number> =>
  atDesk(options, async (desk) => {
    const state = await desk.read(text);
    const events = await caseEvents(desk.state.table, state.incidentId);
    await desk.look(state);
    for (const line of options.json ? events.map((event) => JSON.stringify(event)) : historyLines(events, options.locale))
      out(line);
    return EXIT.ok;
  });

/** Every case, or those that are named. Exit code 3 where one was tampered with. */
export const verifyCommand = (texts: readonly string[], options: AnalystOptions): Promise<number> =>
  atDesk(options, async (desk) => {
    const all = (await desk.state.table.query(INCIDENTS_PK)).map(({ sk }) => sk);
    const ids = texts.length === 0 ? all : await Promise.all(texts.map((text) => desk.find(text)));
    let [badCount, count] = [0, 0];
    for (const id of ids) {
      const proof = await verifyCase(desk.state.table, id);
      // A kept incident has no case.
      if (proof.ok && proof.eventCount === 0) continue;
      count++;
      if (!proof.ok) badCount++;
      if (options.json) out(JSON.stringify({ id, ...proof }));
      else if (!proof.ok) out(`${id}: event ${proof.seq}: ${proof.problem}`);
      else if (texts.length > 0) out(`${id}: ${proof.eventCount} events, intact`);
    }
    if (!options.json && badCount === 0) note(`${count} cases, all intact`);
    if (badCount > 0) note(`${badCount} of ${count} cases are not what was written`);
    return badCount === 0 ? EXIT.ok : EXIT.partial;
  });

/** What the deployed stage does by the clock. */
export const clocksCommand = (options: AnalystOptions): Promise<number> =>
  atDesk(options, async (desk) => {
    const { autoClose } = (await readConfig()).triage;
    const closing = await closeByPolicy(desk.state, { policy: desk.policy, autoClose });
    const report = { ...closing, ...(await watchCases(desk.state, desk.policy)) };
    if (options.json) out(JSON.stringify(report));
    else
      note(
        `${report.openCount} open, ${report.alarmCount} alarms, ${report.escalationCount} escalations, ${report.closedCount} closed by policy, ${report.auditedCount} to audit`,
      );
    return EXIT.ok;
  });
