/** What people are told: one fact about an incident or about the SOC itself, in words, before any product's markup. */
import * as z from 'zod';
import { mayRead, TLPS, type Tlp } from '../case/marking.ts';
import { LEVELS } from '../finding.ts';

/** Everything that can be told. A route names some of these. */
export const NOTICE_KINDS = [
  'incident_opened',
  'incident_grew',
  'severity_raised',
  'incident_merged',
  'incident_closed',
  'assigned',
  'escalated',
  'mentioned',
  'sla_due',
  'sla_breached',
  'approval_asked',
  'response_ended',
  'rule_error',
  'source_silent',
  'test',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

const localText = z.object({ en: z.string(), ja: z.string() });

export const noticeSchema = z.object({
  kind: z.enum(NOTICE_KINDS),
  /** What later messages on the same matter share: an incident's id, `rule <id>`, `source <id>`. */
  subject: z.string().min(1).max(200),
  /** The same change told again has the same one. */
  changeId: z.string().min(1).max(200),
  severity: z.enum(LEVELS),
  tlp: z.enum(TLPS),
  atMs: z.number(),
  /** The matter, in a line. Log text inside is data. */
  title: localText,
  /** What happened to it just now, in a line. */
  change: localText,
  /** Names are ours, values may be log text. */
  facts: z.array(z.object({ name: localText, value: localText })),
  /** People whom it is for; empty for everybody who reads the channel. */
  people: z.array(z.string()),
  /** Of a plan that waits for an answer: knowing it lets one look, after signing in, and decide nothing by itself. */
  approvalId: z.string().exactOptional(),
});
export type Notice = z.infer<typeof noticeSchema>;

const WITHHELD = {
  en: 'What it is about may not be shown here. Open it in Yagura.',
  ja: '内容はここに表示できません。Yagura で開いてください。',
};

/**
 * The notice as a reader with this clearance may get it. Above it nothing of the matter is left but its id, severity and kind of change:
 * title, facts and every word of logs are gone.
 */
export function withinClearance(notice: Notice, clearance: Tlp): Notice {
  if (mayRead(clearance, notice.tlp)) return notice;
  const label = `TLP:${notice.tlp}`;
  return {
    ...notice,
    title: { en: `Details are ${label}`, ja: `詳細は ${label} です` },
    change: WITHHELD,
    facts: [],
  };
}

/** How often one kind of change of one matter may be told: growth is news once an hour, everything else at once. */
export const repeatMs = (kind: NoticeKind): number => (kind === 'incident_grew' || kind === 'rule_error' ? 3_600_000 : 0);
