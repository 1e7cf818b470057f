/** Turns the timestamps that logs write into epoch milliseconds, UTC; what names no zone is taken as UTC. */

/** 1990-01-01 and 2100-01-01: outside, the text or number was no timestamp, or of another unit. */
const EARLIEST_MS = 631_152_000_000;
const LATEST_MS = 4_102_444_800_000;

const ISO = /^(\d{4})[-/](\d{2})[-/](\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2}))?(?:[.,](\d{1,9})\d*)? ?(Z|z|UTC|[+-]\d{2}:?\d{2})?$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})[Tt]?(\d{2})(\d{2})(\d{2})(?:[.,](\d{1,9}))?(Z|z|[+-]\d{2}:?\d{2})?$/;
/** As AWS STS writes expirations: `Jan 31, 2024, 11:59:59 PM`, with a narrow no-break space in newer records. */
const ENGLISH = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2}):(\d{2}):(\d{2})[ \u202f](AM|PM)$/;
/** `04/Mar/2025:09:00:00 +0000` of web servers' access logs. */
const ACCESS_LOG = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-]\d{4})$/;

/** `Mon Oct 16 22:55:48 2023`, as C's asctime writes it and Zscaler's feeds do. */
const ASCTIME = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,3}(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (?:(?:UTC|GMT) )?(\d{4})$/;

/** `audit(1723044684.257:15795)` of the Linux audit log, and its inside alone: seconds and the event's serial number. */
const AUDIT = /^(?:audit\()?(\d{9,10}\.\d{1,9}):\d{1,20}\)?:?$/;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const NUMBER = /^\d{9,19}(\.\d+)?$/;

const plausible = (ms: number): number | undefined => (ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : undefined);

/** Seconds, milliseconds, microseconds or nanoseconds, told apart by size. */
function fromNumber(value: number): number | undefined {
  const perMs = value < 1e11 ? 1e-3 : value < 1e14 ? 1 : value < 1e17 ? 1e3 : 1e6;
  // A fraction of seconds has no exact binary form: 1741080004.1 s is 1741080004100 ms.
  return plausible(Math.floor(value / perMs + 0.001));
}

function offsetMin(zone: string | undefined): number {
  if (zone === undefined || zone.length < 5) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}

function fromParts(parts: RegExpExecArray): number | undefined {
  const [, year, month, day, hour, minute, second, fraction, zone] = parts;
  const ms = Number((fraction ?? '').padEnd(3, '0').slice(0, 3));
  const utc = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second ?? 0), ms);
  // Date.UTC rolls 31 February over; a log that says so says no time.
  const isReal = new Date(utc).getUTCDate() === Number(day) && Number(month) <= 12 && Number(hour) < 24 && Number(minute) < 60;
  return isReal ? plausible(utc - offsetMin(zone) * 60_000) : undefined;
}

function fromEnglish([, month, day, year, hour, minute, second, half]: RegExpExecArray): number | undefined {
  const monthIndex = MONTHS.indexOf(month ?? '');
  if (monthIndex < 0) return undefined;
  const hour24 = (Number(hour) % 12) + (half === 'PM' ? 12 : 0);
  return plausible(Date.UTC(Number(year), monthIndex, Number(day), hour24, Number(minute), Number(second)));
}

/**
 * Epoch milliseconds of an ISO 8601 text (`T` or a space, any fraction, `Z`, an offset or nothing), a compact text
 * (`20240131T235959Z`), an English one (`Jan 31, 2024, 11:59:59 PM`), asctime's (`Mon Oct 16 22:55:48 2023`), an audit mark, or a number or digits in s, ms, µs or ns. Undefined for anything else.
 */
export function parseTimeMs(value: unknown): number | undefined {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const parts = ISO.exec(value) ?? COMPACT.exec(value);
  if (parts !== null) return fromParts(parts);
  const access = ACCESS_LOG.exec(value);
  if (access !== null) {
    const [, day, name = '', year, hour, minute, second, zone] = access;
    const month = MONTHS.indexOf(name);
    const utc = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
    return month < 0 ? undefined : plausible(utc - offsetMin(zone) * 60_000);
  }
  const asc = ASCTIME.exec(value);
  if (asc !== null) {
    const [, name = '', day, hour, minute, second, year] = asc;
    const month = MONTHS.indexOf(name);
    return month < 0
      ? undefined
      : plausible(Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second)));
  }
  const english = ENGLISH.exec(value);
  if (english !== null) return fromEnglish(english);
  const audit = AUDIT.exec(value);
  if (audit !== null) return fromNumber(Number(audit[1]));
  return NUMBER.test(value) ? fromNumber(Number(value)) : undefined;
}

const YEARLESS = /^([A-Z][a-z]{2}) {1,2}(\d{1,2})(?: (\d{4}))? (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{4})?$/;
const DAY_MS = 86_400_000;

/**
 * Epoch milliseconds of a syslog time (`Mar  4 09:00:00`), which names no year: the last one in which it is not after tomorrow.
 * Undefined for other text. @see RFC 3164 section 4.1.2
 */
export function parseSyslogTimeMs(value: unknown, nowMs: number): number | undefined {
  const parts = typeof value === 'string' && value.length <= 40 ? YEARLESS.exec(value) : null;
  if (parts === null) return undefined;
  const [, name = '', day, year, hour, minute, second, fraction = '', zone] = parts;
  const month = MONTHS.indexOf(name);
  if (month < 0) return undefined;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  const inYear = (of: number): number =>
    Date.UTC(of, month, Number(day), Number(hour), Number(minute), Number(second), ms) - offsetMin(zone) * 60_000;
  if (year !== undefined) return plausible(inYear(Number(year)));
  const thisYear = new Date(nowMs).getUTCFullYear();
  const now = inYear(thisYear);
  return plausible(now > nowMs + DAY_MS ? inYear(thisYear - 1) : now);
}

const dayTexts = new Map<number, string>();
const dayStarts = new Map<string, number>();
/** Logs of a few days are read at a time. */
const MAX_DAYS = 512;
const pair = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));

/** RFC 3339 text in UTC: `2024-01-31T23:59:59Z`, with milliseconds only where there are any. */
export function isoText(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  const left = ms - day * DAY_MS;
  const date = dayTexts.get(day) ?? dayText(day);
  const seconds = Math.floor(left / 1000);
  const millis = left - seconds * 1000;
  const minutes = Math.floor(seconds / 60);
  const whole = `${date}T${pair[Math.floor(minutes / 60)]}:${pair[minutes % 60]}:${pair[seconds % 60]}`;
  return millis === 0 ? `${whole}Z` : `${whole}.${String(Math.floor(millis)).padStart(3, '0')}Z`;
}

/** @throws RangeError for what is no date, as `Date` does */
function dayText(day: number): string {
  const text = new Date(day * DAY_MS).toISOString().slice(0, -14);
  if (dayTexts.size >= MAX_DAYS) dayTexts.clear();
  dayTexts.set(day, text);
  return text;
}

/** Epoch ms of a text exactly as `isoText` writes them (years 0001 to 9999), quickly; undefined for any other text. */
export function isoTextMs(text: string): number | undefined {
  const { length } = text;
  if ((length !== 20 && length !== 24) || text.charCodeAt(length - 1) !== 0x5a || text.charCodeAt(10) !== 0x54) return undefined;
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a || !(hour < 24 && minute < 60 && second < 60))
    return undefined;
  const day = dayStart(text.slice(0, 10));
  if (day === undefined) return undefined;
  const ms = day + ((hour * 60 + minute) * 60 + second) * 1000;
  if (length === 20) return ms;
  const millis = 10 * twoDigits(text, 20) + text.charCodeAt(22) - 0x30;
  const isDigit = text.charCodeAt(22) >= 0x30 && text.charCodeAt(22) <= 0x39;
  return text.charCodeAt(19) === 0x2e && isDigit && millis > 0 ? ms + millis : undefined;
}

/** NaN where no two digits stand there. */
function twoDigits(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 0x30, text.charCodeAt(at + 1) - 0x30];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
}

function dayStart(date: string): number | undefined {
  const known = dayStarts.get(date);
  if (known !== undefined) return known;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || date.startsWith('0000')) return undefined;
  const ms = Date.parse(`${date}T00:00:00Z`);
  // A day that no month has is parsed as none, or as one of the next month.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date) return undefined;
  if (dayStarts.size >= MAX_DAYS) dayStarts.clear();
  dayStarts.set(date, ms);
  return ms;
}

/** A time as a record writes it, read once. */
export interface ReadTime {
  /** Epoch milliseconds. */
  readonly ms: number;
  /** RFC 3339, UTC. */
  readonly iso: string;
}

const read = new Map<string, ReadTime | null>();
/** Many records share a second, and every event of a session the session's start. */
const MAX_READ = 4096;

/** As `parseTimeMs`, with the RFC 3339 text; remembers what it read lately. */
export function readTime(value: unknown): ReadTime | undefined {
  if (typeof value !== 'string' || value.length > 40) return timeRead(parseTimeMs(value));
  const ms = isoTextMs(value);
  if (ms !== undefined && plausible(ms) !== undefined) return { ms, iso: value };
  const known = read.get(value);
  if (known !== undefined) return known ?? undefined;
  const time = timeRead(parseTimeMs(value));
  if (read.size >= MAX_READ) read.clear();
  read.set(value, time ?? null);
  return time;
}

const timeRead = (ms: number | undefined): ReadTime | undefined => (ms === undefined ? undefined : { ms, iso: isoText(ms) });
