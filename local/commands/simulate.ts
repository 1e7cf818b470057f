/** `yagura simulate day`: a made-up day through the real correlation, judged by the generator's truth. */
import { YaguraError } from '../../functions/core/error.ts';
import type { Locale } from '../../functions/core/text.ts';
import { type DayOptions, Simulation } from '../simulate/day.ts';
import { chainRows, goalsOf, type Judged, rowsOf, WORDS } from '../simulate/report.ts';
import { play } from '../simulate/run.ts';
import { score } from '../simulate/score.ts';
import { tableText } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';

interface Options {
  alerts: number;
  chains: number;
  seed: number;
  days: number;
  people: number;
  json?: boolean;
  locale: Locale;
}

const BOUNDS: Readonly<Record<'alerts' | 'chains' | 'days' | 'people', readonly [number, number]>> = {
  alerts: [1, 100_000],
  chains: [0, 200],
  days: [0, 60],
  people: [300, 100_000],
};
/** A Wednesday: the same seed gives the same day whenever it is asked for. */
const START_MS = Date.UTC(2026, 10, 18);

export async function dayCommand(options: Options): Promise<number> {
  checkBounds(options);
  const { alerts, chains, seed, people, days, locale } = options;
  const simulation = new Simulation({ alerts, chains, seed, people, startMs: START_MS } satisfies DayOptions);
  const day = simulation.attackedDay();
  const judged: Judged[] = [{ quietDays: 0, score: score(day, await play([findingsOf(day.findings)])) }];
  if (days > 0) {
    note(WORDS.warming[locale].replace('{days}', String(days)));
    const quiet = Array.from({ length: days }, (_, i) => findingsOf(simulation.quietDay(days - i)));
    judged.push({ quietDays: days, score: score(day, await play([...quiet, findingsOf(day.findings)])) });
  }
  const last = judged.at(-1);
  const goals = last === undefined ? [] : goalsOf(last.score);
  if (options.json) out(JSON.stringify({ seed, judged, goals }));
  else {
    const heads = judged.map(({ quietDays }) => WORDS.after[locale].replace('{days}', String(quietDays)));
    out(tableText([WORDS.measure[locale], WORDS.raw[locale], ...heads, WORDS.goal[locale]], rowsOf(day, judged, locale), 72));
    out('');
    out(
      tableText(
        WORDS.chainHead.map((word) => word[locale]),
        chainRows(judged),
        72,
      ),
    );
    for (const text of WORDS.notes) out(text[locale]);
  }
  return goals.every(({ isMet }) => isMet) ? EXIT.ok : EXIT.partial;
}

const findingsOf = <T>(simulated: readonly { finding: T }[]): T[] => simulated.map(({ finding }) => finding);

function checkBounds(options: Options): void {
  const problems = Object.entries(BOUNDS).flatMap(([name, [low, high]]) => {
    const value = options[name as keyof typeof BOUNDS];
    return value >= low && value <= high
      ? []
      : [{ what: `--${name} ${value}`, allowed: `${low} to ${high}`, fix: 'give a number in that range' }];
  });
  // An attack takes up to nine alerts; the rest of the day is noise.
  if (problems.length === 0 && options.chains * 9 > options.alerts)
    problems.push({ what: `--chains ${options.chains}`, allowed: 'a ninth of --alerts', fix: 'more alerts, or fewer attacks' });
  if (problems.length > 0) throw new YaguraError('BadInput', 'That day cannot be made', { problems });
}
