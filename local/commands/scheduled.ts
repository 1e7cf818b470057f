/** `yagura scheduled list|run`: the SQL detections of the repository, how their last runs ended, and a run of what is due. */

import { nearest, YaguraError } from '../../functions/core/error.ts';
import { usdText } from '../../functions/core/prices.ts';
import type { Locale } from '../../functions/core/text.ts';
import { isoText } from '../../functions/core/timestamp.ts';
import { readStates } from '../../functions/scheduled/state.ts';
import { openState } from '../ports.ts';
import { readScheduled, runScheduled } from '../scheduled.ts';
import { drainBus } from '../stages.ts';
import { plain, tableText } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';
import { existingState } from './query.ts';

const WORDS = {
  en: {
    header: ['id', 'title', 'level', 'every', 'last run', 'rows', 'raised', 'scanned', 'cost', 'why'],
    never: 'never',
    ok: 'ok',
    failed: 'failed',
    'over-budget': 'over budget, paused',
    told: ['id', 'title', 'level', 'rows', 'raised', 'why'],
    none: 'nothing is due (or the daily budget is spent: `yagura cost --spent`)',
    sum: (raised: number, failed: number): string => `${raised} findings raised, ${failed} queries failed`,
    next: 'Next: yagura incidents list',
  },
  ja: {
    header: ['ID', 'タイトル', 'レベル', '間隔', '前回の実行', '行', '検知', 'スキャン', '費用', '理由'],
    never: '未実行',
    ok: '成功',
    failed: '失敗',
    'over-budget': '予算超過・停止中',
    told: ['ID', 'タイトル', 'レベル', '行', '検知', '理由'],
    none: '実行すべきクエリはありません（または 1 日の予算を使い切りました: `yagura cost --spent`）',
    sum: (raised: number, failed: number): string => `検知 ${raised} 件、失敗したクエリ ${failed} 件`,
    next: '次: yagura incidents list',
  },
} as const;

export async function listCommand({
  state: dir,
  locale,
  json,
}: {
  state: string;
  locale: Locale;
  json?: boolean;
}): Promise<number> {
  const queries = await readScheduled();
  existingState(dir);
  const state = await openState(dir);
  try {
    const states = await readStates(state.table);
    const words = WORDS[locale];
    const rows = queries.map(({ id, meta }) => {
      const last = states.get(id)?.state.last;
      const ended = last === undefined ? words.never : `${isoText(last.atMs)} ${words[last.outcome]}`;
      const cost =
        last === undefined
          ? ['', '', '', '']
          : [last.rows, last.raised, `${(last.scannedBytes / 1e6).toFixed(2)} MB`, usdText(last.costUsd)];
      return [id, meta.title[locale], meta.level, everyText(meta.every), ended, ...cost, last?.why ?? ''];
    });
    if (json === true)
      for (const { id, meta, version } of queries)
        out(JSON.stringify({ id, version, meta, state: states.get(id)?.state ?? null }));
    else out(tableText(words.header, rows));
    return EXIT.ok;
  } finally {
    await state.close();
  }
}

const everyText = (minutes: number): string =>
  minutes % 1440 === 0 ? `${minutes / 1440}d` : minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;

export interface RunOptions {
  state: string;
  /** Only what is due by the clock; else everything up to now, over all days of the state. */
  due?: boolean;
  json?: boolean;
  locale: Locale;
}

/** What found something or failed, then the sums. */
export async function runCommand(ids: readonly string[], options: RunOptions): Promise<number> {
  const queries = await readScheduled();
  const known = queries.map(({ id }) => id);
  for (const id of ids) if (!known.includes(id)) throw unknownId(id, known);
  existingState(options.state);
  const state = await openState(options.state, { write: true });
  const words = WORDS[options.locale];
  try {
    const startMs = state.clock.nowMs();
    const run = await runScheduled(state, { settled: options.due !== true, ...(ids.length === 0 ? {} : { only: ids }) });
    await drainBus(state);
    if (options.json === true) out(JSON.stringify(run));
    else if (!run.ran) out(words.none);
    else {
      const states = await readStates(state.table);
      const told = queries.flatMap(({ id, meta }) => {
        const last = states.get(id)?.state.last;
        if (last === undefined || last.atMs < startMs || (last.rows === 0 && last.outcome === 'ok')) return [];
        return [[id, meta.title[options.locale], meta.level, last.rows, last.raised, last.why ?? '']];
      });
      if (told.length > 0) out(tableText(words.told, told));
      out(`${words.sum(run.raised, run.failed)} · ${(run.scannedBytes / 1e6).toFixed(2)} MB · ${usdText(run.costUsd)} (Athena)`);
      if (run.raised > 0) note(`${words.next} --state ${plain(options.state)}`);
    }
    return run.failed > 0 ? EXIT.partial : EXIT.ok;
  } finally {
    await state.close();
  }
}

function unknownId(id: string, known: readonly string[]): YaguraError {
  const near = nearest(id, known);
  const problem = {
    what: plain(id),
    allowed: known.join(', '),
    ...(near === undefined ? {} : { fix: `did you mean "${near}"?` }),
  };
  return new YaguraError('NotFound', `there is no scheduled query ${plain(id)}`, { problems: [problem] });
}
