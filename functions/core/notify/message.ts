/** Turns a notice, or many folded into one, into a message of one language: a headline, lines, facts; log text is made harmless here. */

import { mayRead, stricterTlp, type Tlp } from '../case/marking.ts';
import { levelRank } from '../finding.ts';
import { safeText } from '../terminal-text.ts';
import type { Locale } from '../text.ts';
import { type Notice, type NoticeKind, withinClearance } from './notice.ts';
import { KIND_WORDS, LEVEL_WORDS, WORDS } from './words.ts';

/** What a product's own markup is made of. All text is plain: each product escapes it in its own way. */
export interface Message {
  kind: NoticeKind | 'digest';
  subject: string;
  severity: Notice['severity'];
  tlp: Tlp;
  locale: Locale;
  atMs: number;
  /** The matter. It stays the same over the messages on it. */
  title: string;
  /** `[HIGH] New incident: …` */
  headline: string;
  lines: string[];
  facts: { name: string; value: string }[];
  people: string[];
  /** Address of the incident's page. */
  link?: string;
}

export interface MessageOptions {
  locale: Locale;
  clearance: Tlp;
  /** Address to which an incident's id is added. */
  link?: string | undefined;
  /** Address to which an approval's id is added: the page that shows its plan. */
  approvalLink?: string | undefined;
}

const MAX_FACTS = 12;
const MAX_LINES = 10;

/** Log text as a reader can only read it: no control or direction characters, no address that a program would make a link of. */
export const harmless = (text: string, maxChars = 300): string =>
  safeText(text, maxChars)
    .replace(/\bhttp(s?):\/\//gi, 'hxxp$1://')
    .replace(/\bwww\./gi, 'www[.]');

export const stamp = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');

/** One notice → one message. */
export function messageOf(notice: Notice, { locale, clearance, link, approvalLink }: MessageOptions): Message {
  const shown = withinClearance(notice, clearance);
  const title = harmless(shown.title[locale], 150);
  const facts = shown.facts.slice(0, MAX_FACTS).map(({ name, value }) => ({
    name: name[locale],
    value: harmless(value[locale]),
  }));
  return {
    ...{ kind: shown.kind, subject: shown.subject, severity: shown.severity, tlp: shown.tlp, locale, atMs: shown.atMs, title },
    headline: `[${LEVEL_WORDS[shown.severity][locale]}] ${KIND_WORDS[shown.kind][locale]}: ${title}`,
    lines: [harmless(shown.change[locale], 600)],
    facts: [
      { name: WORDS.severity[locale], value: LEVEL_WORDS[shown.severity][locale] },
      { name: 'ID', value: harmless(shown.subject, 120) },
      { name: WORDS.when[locale], value: stamp(shown.atMs) },
      ...(shown.people.length === 0 ? [] : [{ name: WORDS.people[locale], value: harmless(shown.people.join(', ')) }]),
      ...facts,
      { name: 'TLP', value: shown.tlp },
    ],
    people: shown.people,
    ...linkOf(shown, { link, approvalLink }),
  };
}

/** A question leads to its plan where that has a page, everything else to its incident. */
function linkOf(
  { subject, approvalId }: Notice,
  { link, approvalLink }: Pick<MessageOptions, 'link' | 'approvalLink'>,
): Pick<Message, 'link'> {
  if (approvalId !== undefined && approvalLink !== undefined) return { link: `${approvalLink}${encodeURIComponent(approvalId)}` };
  return link === undefined || !isIncident(subject) ? {} : { link: `${link}${encodeURIComponent(subject)}` };
}

const isIncident = (subject: string): boolean => subject.startsWith('INC-');

/** Many notices → one message: how many, and the gravest by name. */
export function digestOf(notices: readonly Notice[], { locale, clearance, link }: MessageOptions): Message {
  const sorted = notices
    .map((notice) => withinClearance(notice, clearance))
    .sort((a, b) => levelRank(b.severity) - levelRank(a.severity) || b.atMs - a.atMs);
  const [worst] = sorted;
  const severity = worst?.severity ?? 'informational';
  const headline =
    locale === 'en'
      ? `[${LEVEL_WORDS[severity].en}] ${notices.length} ${WORDS.more.en}`
      : `[${LEVEL_WORDS[severity].ja}] ${notices.length} ${WORDS.more.ja}`;
  const lines = sorted.slice(0, MAX_LINES).map((one) => {
    const title = harmless(one.title[locale], 120);
    return `[${LEVEL_WORDS[one.severity][locale]}] ${KIND_WORDS[one.kind][locale]}: ${title} (${harmless(one.subject, 80)})`;
  });
  const rest = sorted.length - lines.length;
  return {
    ...{ kind: 'digest', subject: 'digest', severity, tlp: highestShown(notices, clearance), locale, atMs: worst?.atMs ?? 0 },
    ...{ title: headline, headline, lines: rest > 0 ? [...lines, `… +${rest}`] : lines, facts: [], people: [] },
    ...(link === undefined ? {} : { link }),
  };
}

/** The strictest label of what is told in words. */
const highestShown = (notices: readonly Notice[], clearance: Tlp): Tlp =>
  notices
    .map(({ tlp }) => tlp)
    .filter((label) => mayRead(clearance, label))
    .reduce<Tlp>(stricterTlp, 'CLEAR');
