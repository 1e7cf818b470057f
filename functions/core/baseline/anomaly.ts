/** What a detector says of the rows that a baseline's SQL gave: anomalies with what was observed and what was expected, and what it could not judge. */
import type { Entity, Level } from '../finding.ts';
import type { LocalText } from '../text.ts';

/** One departure from what is usual for somebody or something. */
export interface Anomaly {
  /** Whom it is about, first; then what else it touches. */
  entities: Entity[];
  /** Makes it the same anomaly when it is found again: never a constant. */
  key: string;
  /** Event time, epoch ms, of the last event of it. */
  timeMs: number;
  source: string;
  /** 50 at the detector's threshold, towards 100 far above it: what the budget ranks by. */
  score: number;
  /** Where the detector itself knows better than its baseline: a VPN is no journey, a spray that got in is grave. */
  level?: Level;
  /** Only ever a signal: rare alone is not malicious. */
  isSignal?: boolean;
  /** What is told to people. Log text inside is data. */
  says: LocalText;
  evidence: Evidence;
  eventUids: string[];
}

/** The figures behind an anomaly, the same for every detector, so that people can check it. */
export interface Evidence {
  observed: string;
  expected: string;
  /** How far from the expected is still usual. */
  spread: string;
  /** Days of history that were looked at. */
  historyDays: number;
  /** How many others it was compared with; 0 where it is compared with itself alone. */
  peers: number;
}

export interface Judgement {
  anomalies: Anomaly[];
  /** Subjects that were judged. */
  judged: number;
  /** Subjects with too little history: no verdict about them. */
  cold: number;
}

/** A measure as a score: 50 at the threshold, 75 at three times it, 91 at ten times. */
export function scoreOf(measure: number, threshold: number): number {
  const ratio = Math.max(0, measure) / threshold;
  return Math.round((1000 * ratio) / (ratio + 1)) / 10;
}

const MAX_WORD = 120;
/** Log text inside a sentence: short, on one line. */
export function word(text: string): string {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
  return line.length > MAX_WORD ? `${line.slice(0, MAX_WORD)}…` : line;
}

/** Up to six words, and how many more there are. */
export const words = (texts: readonly string[]): string =>
  `${texts.slice(0, 6).map(word).join(', ')}${texts.length > 6 ? ` (+${texts.length - 6})` : ''}`;

/** A number for people: whole, or two digits after the point. */
export const figure = (value: number): string =>
  Number.isInteger(value) ? value.toLocaleString('en-US') : value.toLocaleString('en-US', { maximumFractionDigits: 2 });

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
/** Bytes for people, in powers of 1000. */
export function bytesText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${figure(Math.round((bytes / 1000 ** power) * 10) / 10)} ${UNITS[power]}`;
}
