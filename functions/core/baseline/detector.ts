/** The seam between a baseline's SQL and its judge: which columns a row has, which thresholds can be set, and what the judge makes of them. */
import * as z from 'zod';
import { type Problem, YaguraError } from '../error.ts';
import type { GeoLookup } from '../geo/geo.ts';
import type { Json } from '../json.ts';
import type { LocalText } from '../text.ts';
import type { Judgement } from './anomaly.ts';

/** What judges may ask beside the rows. */
export interface World {
  geo: GeoLookup;
}

export interface DetectorSpec<Row, Settings> {
  id: string;
  title: LocalText;
  /** The formula, as the page for people shows it. */
  formula: LocalText;
  /** What it cannot see, or takes for something else. */
  weaknesses: LocalText;
  row: z.ZodType<Row>;
  /** Thresholds that a baseline may set, with defaults. */
  settings: z.ZodType<Settings>;
  judge(rows: readonly Row[], settings: Settings, world: World): Judgement;
}

export interface Detector {
  id: string;
  title: LocalText;
  formula: LocalText;
  weaknesses: LocalText;
  /** Names of the columns that the SQL must give. */
  columns: readonly string[];
  /** Every threshold with its default. */
  defaults: Readonly<Record<string, Json>>;
  /** What is wrong with the thresholds of a baseline. */
  settingProblems(given: unknown, at: string): Problem[];
  /**
   * @throws YaguraError BadContent where rows have not the columns or types that the detector needs
   */
  judge(rows: readonly Record<string, Json>[], given: unknown, at: string, world: World): Judgement;
}

/** A detector whose rows and thresholds are checked before it sees them. */
export function defineDetector<Row, Settings extends Record<string, Json>>(spec: DetectorSpec<Row, Settings>): Detector {
  const settingsOf = (given: unknown, at: string): { settings?: Settings; problems: Problem[] } => {
    const parsed = spec.settings.safeParse(given ?? {});
    if (parsed.success) return { settings: parsed.data, problems: [] };
    return { problems: parsed.error.issues.map((issue) => problemOf(issue, at, Object.keys(defaults))) };
  };
  const defaults = spec.settings.parse({});
  return {
    ...{ id: spec.id, title: spec.title, formula: spec.formula, weaknesses: spec.weaknesses, defaults },
    columns: spec.row instanceof z.ZodObject ? Object.keys(spec.row.shape) : [],
    settingProblems: (given, at) => settingsOf(given, at).problems,
    judge: (rows, given, at, world) => {
      const { settings, problems } = settingsOf(given, at);
      if (settings === undefined) throw new YaguraError('BadContent', `the thresholds of ${at} are not right`, { problems });
      return spec.judge(
        rows.map((row) => rowOf(spec, row, at)),
        settings,
        world,
      );
    },
  };
}

function problemOf(issue: z.core.$ZodIssue, at: string, allowed: readonly string[]): Problem {
  if (issue.code === 'unrecognized_keys')
    return { at, what: `unknown threshold ${issue.keys.map((key) => `"${key}"`).join(', ')}`, allowed: allowed.join(', ') };
  return { at: `${at} thresholds.${issue.path.join('.')}`, what: issue.message, fix: 'leave it out for the default' };
}

function rowOf<Row, Settings>(spec: DetectorSpec<Row, Settings>, row: Record<string, Json>, at: string): Row {
  const parsed = spec.row.safeParse(row);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => ({
    at,
    what: `column ${issue.path.join('.')} of the result: ${issue.message}`,
    fix: `the detector ${spec.id} reads it: correct the SELECT`,
  }));
  throw new YaguraError('BadContent', `the rows of ${at} are not what the detector ${spec.id} reads`, { problems });
}

const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item.nullable())
    .nullable()
    .transform((items) => (items ?? []).flatMap((one) => (one === null ? [] : [one])));

/** Column types. NULL in a text is the empty text, in a list no element. */
export const column = {
  text: z
    .string()
    .nullable()
    .transform((value) => value ?? ''),
  count: z
    .number()
    .nullable()
    .transform((value) => value ?? 0),
  maybe: z.number().nullable(),
  flag: z
    .boolean()
    .nullable()
    .transform((value) => value === true),
  texts: list(z.string()),
  numbers: list(z.number()),
} as const;

/** What every row about somebody has. */
export const ABOUT = {
  subject: column.text,
  account: column.text,
  source: column.text,
  at_ms: column.count,
  event_uids: column.texts,
} as const;
