/** A finding's id and its values → what is wrong, why it matters and the command that fixes it, in both languages. */
import type { Locale, LocalText } from '../core/text.ts';
import { ADVICE, type AdviceId, type Severity } from './advice.ts';

export interface Finding {
  id: AdviceId;
  /** Fills the `{name}` of the texts. */
  values: Readonly<Record<string, string>>;
}

/** What one check found; `could-not-look` is never the same as fine. */
export interface CheckResult {
  check: string;
  status: 'looked' | 'skipped' | 'could-not-look';
  /** Why not, where it did not look. */
  reason?: string;
  findings: readonly Finding[];
}

export interface ToldFinding {
  id: AdviceId;
  severity: Severity;
  what: string;
  why: string;
  fix: string;
}

export const tellFinding = ({ id, values }: Finding, locale: Locale): ToldFinding => {
  const { severity, what, why, fix } = ADVICE[id];
  const text = (of: LocalText): string => filled(of[locale], values, String);
  return { id, severity, what: text(what), why: text(why), fix: filled(fix, values, shellWord) };
};

/** @throws TypeError where a text names a value that the check did not give */
function filled(text: string, values: Readonly<Record<string, string>>, write: (value: string) => string): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new TypeError(`no value ${name} for "${text}"`);
    return write(value);
  });
}

/** A name that AWS or somebody else chose goes into a command as one quoted word. */
export const shellWord = (value: string): string =>
  /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
