/** `yagura shift`: who is on duty, which hours nobody covers, and the note that one shift leaves to the next. */
import { handoverNote } from '../../functions/core/case/handover.ts';
import { type Duty, dutiesBetween, onDuty, uncovered } from '../../functions/core/case/roster.ts';
import { spanText, utcMinute } from '../../functions/core/case/span.ts';
import type { CaseState } from '../../functions/core/case/state.ts';
import { sha256 } from '../../functions/core/digest.ts';
import { YaguraError } from '../../functions/core/error.ts';
import { endedCases, openCases, readCase } from '../../functions/ports/case-store.ts';
import type { Table } from '../../functions/ports/table.ts';
import { type AnalystOptions, atDesk, type Desk } from '../analyst.ts';
import { timeOf } from '../case-time.ts';
import { questions } from '../response.ts';
import { plainLines, tableText } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HANDOVER_PK = 'handover';

/** Who is on duty now, who comes next, and what lies with whoever asks. */
export const nowCommand = (options: AnalystOptions): Promise<number> =>
  atDesk(options, async ({ state, policy, me, locale }) => {
    const nowMs = state.clock.nowMs();
    const now = onDuty(policy, nowMs);
    const next = dutiesBetween(policy, nowMs, nowMs + 2 * DAY_MS).filter(({ fromMs }) => fromMs > nowMs)[0];
    const open = await openCases(state.table);
    const mine = open.filter(({ owner }) => owner === me).length;
    const unassigned = open.filter(({ owner }) => owner === null).length;
    if (options.json) {
      out(JSON.stringify({ now, next: next ?? null, open: open.length, mine, unassigned }));
      return EXIT.ok;
    }
    const en = locale === 'en';
    if (policy.shifts.length === 0)
      out(en ? 'no shifts are declared (soc.config.ts, cases.shifts)' : 'シフトが未設定です (soc.config.ts の cases.shifts)');
    else if (now.length === 0) out(en ? 'NOBODY is on duty' : '当番が不在です');
    for (const duty of now) out(dutyText(duty, en ? 'now' : '現在'));
    if (next !== undefined) out(dutyText(next, en ? 'next' : '次'));
    out(
      en
        ? `${open.length} open, ${mine} of ${me}, ${unassigned} of nobody`
        : `対応中 ${open.length} 件、${me} の担当 ${mine} 件、担当なし ${unassigned} 件`,
    );
    return EXIT.ok;
  });

const dutyText = ({ shift, fromMs, toMs, people, absent }: Duty, when: string): string =>
  `${when}: ${shift}  ${utcMinute(fromMs)} – ${utcMinute(toMs).slice(11)} UTC  ${people.join(', ') || '–'}${absent
    .map(({ who, cover }) => `  (${who} → ${cover ?? '–'})`)
    .join('')}`;

export const rosterCommand = (options: AnalystOptions & { days: number }): Promise<number> =>
  atDesk(options, async ({ state, policy }) => {
    const nowMs = state.clock.nowMs();
    const duties = dutiesBetween(policy, nowMs, nowMs + options.days * DAY_MS);
    if (options.json) for (const duty of duties) out(JSON.stringify(duty));
    else
      out(
        tableText(
          ['shift', 'from (UTC)', 'to', 'people', 'away → stand-in'],
          duties.map(({ shift, fromMs, toMs, people, absent }) => [
            shift,
            utcMinute(fromMs),
            utcMinute(toMs),
            people.join(', '),
            absent.map(({ who, cover }) => `${who} → ${cover ?? '–'}`).join(', '),
          ]),
        ),
      );
    return EXIT.ok;
  });

/** Exit code 3 where an hour is not covered. */
export const checkCommand = (options: AnalystOptions & { days: number }): Promise<number> =>
  atDesk(options, async ({ state, policy, locale }) => {
    const nowMs = state.clock.nowMs();
    const gaps = uncovered(policy, nowMs, nowMs + options.days * DAY_MS);
    for (const { fromMs, toMs } of gaps)
      out(
        options.json
          ? JSON.stringify({ fromMs, toMs })
          : `${utcMinute(fromMs)} – ${utcMinute(toMs)} UTC  ${spanText(toMs - fromMs)}`,
      );
    if (!options.json && gaps.length === 0)
      note(locale === 'en' ? `every hour of ${options.days} days is covered` : `${options.days} 日間、空白はありません`);
    return gaps.length === 0 ? EXIT.ok : EXIT.partial;
  });

export interface HandoverOptions extends AnalystOptions {
  from?: string;
  note?: string;
  keep?: boolean;
}

export const handoverCommand = (options: HandoverOptions): Promise<number> =>
  atDesk(options, async (desk) => {
    const { state, policy, locale, me } = desk;
    const nowMs = state.clock.nowMs();
    const now = onDuty(policy, nowMs);
    const fromMs = options.from === undefined ? (now[0]?.fromMs ?? nowMs - 8 * HOUR_MS) : timeOf(options.from, nowMs);
    const end = now[0]?.toMs ?? nowMs;
    const incoming = dutiesBetween(policy, end, end + DAY_MS).filter((duty) => duty.fromMs >= end)[0]?.people ?? [];
    const text = handoverNote({
      policy,
      locale,
      fromMs,
      toMs: nowMs,
      outgoing: [...new Set([...now.flatMap(({ people }) => people), me])],
      incoming,
      open: await statesOf(desk, await openCases(state.table)),
      ended: await endedSince(desk, fromMs, nowMs),
      approvals: (await questions(state)).map(({ approval }) => ({
        id: approval.approvalId,
        incidentId: approval.incidentId,
        what: approval.playbook,
      })),
      note: options.note ?? '',
    });
    const kept = options.keep === true ? await keep(state.table, { text, by: me, atMs: nowMs }) : undefined;
    out(options.json ? JSON.stringify({ id: kept ?? null, text }) : plainLines(text));
    if (kept !== undefined)
      note(
        locale === 'en'
          ? `kept; the next shift signs: yagura shift accept ${kept}`
          : `保存しました。引き継ぎ先の署名: yagura shift accept ${kept}`,
      );
    return EXIT.ok;
  });

async function statesOf({ state }: Desk, heads: readonly { incidentId: string }[]): Promise<CaseState[]> {
  const stored = await Promise.all(heads.map(({ incidentId }) => readCase(state.table, incidentId)));
  return stored.flatMap((one) => (one === undefined ? [] : [one.state]));
}

async function endedSince(desk: Desk, fromMs: number, nowMs: number): Promise<CaseState[]> {
  const months = new Set<string>();
  for (let ms = fromMs; ms < nowMs + DAY_MS; ms += DAY_MS) months.add(new Date(Math.min(ms, nowMs)).toISOString().slice(0, 7));
  const heads = (await Promise.all([...months].map((month) => endedCases(desk.state.table, month)))).flat();
  return statesOf(
    desk,
    heads.filter(({ status, times }) => status === 'closed' && (times.closeMs ?? 0) >= fromMs),
  );
}

async function keep(table: Table, { text, by, atMs }: { text: string; by: string; atMs: number }): Promise<string> {
  const id = new Date(atMs).toISOString().slice(0, 19).replace(/[:]/g, '');
  const data = { text, by, atMs, sha256: sha256(text), acceptedBy: null, acceptedAtMs: null };
  if (!(await table.write([{ put: { pk: HANDOVER_PK, sk: id, data }, condition: { absent: true } }])))
    throw new YaguraError('Conflict', 'another note of this second is kept already', { retryable: true });
  return id;
}

/** The incoming lead has read it. Whoever wrote it cannot sign it. */
export const acceptCommand = (id: string, options: AnalystOptions): Promise<number> =>
  atDesk(options, async ({ state, me }) => {
    const item = await state.table.get(HANDOVER_PK, id);
    if (item === undefined) {
      const known = (await state.table.query(HANDOVER_PK, { descending: true, limit: 5 })).map(({ sk }) => sk);
      throw new YaguraError('NotFound', `there is no hand-over note ${id}`, {
        problems: [{ what: id, allowed: known.join(', ') || 'none is kept' }],
      });
    }
    const { by, acceptedBy, sha256: hash, text } = item.data;
    if (sha256(String(text)) !== hash) throw new YaguraError('Refused', 'the note is not what was written: its hash differs');
    if (by === me) throw new YaguraError('Refused', 'who wrote the note cannot take it over');
    if (typeof acceptedBy === 'string') throw new YaguraError('Conflict', `${acceptedBy} took it over already`);
    const data = { ...item.data, acceptedBy: me, acceptedAtMs: state.clock.nowMs() };
    if (!(await state.table.write([{ put: { pk: HANDOVER_PK, sk: id, data }, condition: { version: item.version } }])))
      throw new YaguraError('Conflict', 'somebody else just took it over');
    out(options.json ? JSON.stringify({ id, ...data }) : plainLines(String(text)));
    note(`taken over by ${me}`);
    return EXIT.ok;
  });
