/** `yagura indicators list|check|retro`: the feeds, what a value would mean, and what history met of the new ones. */
import { problemText, YaguraError } from '../../functions/core/error.ts';
import { indicatorsOf } from '../../functions/core/indicator/feeds.ts';
import { IndicatorIndex } from '../../functions/core/indicator/index-of.ts';
import { INDICATOR_TYPES, type IndicatorType, levelOfConfidence } from '../../functions/core/indicator/indicator.ts';
import { indicatorValue } from '../../functions/core/indicator/value.ts';
import { NO_CORRELATIONS } from '../../functions/core/sigma/correlation/compile.ts';
import { Suppressor } from '../../functions/core/suppression/apply.ts';
import type { Locale } from '../../functions/core/text.ts';
import { INDICATORS, loadFeeds, loadSuppressions } from '../desk.ts';
import { openState } from '../ports.ts';
import { drainBus, LOCAL_STAGES } from '../stages.ts';
import { plain, tableText } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';
import { existingState } from './query.ts';

const WORDS = {
  en: {
    none: `no indicators (files *.txt, *.csv, *.json in the folder "${INDICATORS}")`,
    feed: 'feed',
    expired: 'expired',
    leftOut: 'left out',
    noHit: 'is no indicator of any feed',
    hit: 'is an indicator',
    raised: 'new findings of history',
  },
  ja: {
    none: `指標はありません(フォルダー「${INDICATORS}」の *.txt、*.csv、*.json)`,
    feed: 'フィード',
    expired: '期限切れ',
    leftOut: '除外',
    noHit: 'はどのフィードの指標でもありません',
    hit: 'は指標です',
    raised: '件の新しい検出(過去のイベント)',
  },
} as const;

interface Options {
  dir?: string;
  locale: Locale;
  json?: boolean;
}

export async function listCommand({ dir, locale, json }: Options): Promise<number> {
  const feeds = await loadFeeds(dir);
  const nowMs = Date.now();
  const rows = feeds.map(({ file, indicators, notes }) => ({
    file,
    count: Object.fromEntries(INDICATOR_TYPES.map((type) => [type, indicators.filter((one) => one.type === type).length])),
    expired: indicators.filter(({ untilMs }) => untilMs !== undefined && untilMs <= nowMs).length,
    notes,
  }));
  if (json === true) for (const row of rows) out(JSON.stringify(row));
  else if (rows.length === 0) note(WORDS[locale].none);
  else {
    const words = WORDS[locale];
    const cells = rows.map(({ file, count, expired, notes }) => [
      file,
      ...INDICATOR_TYPES.map((type) => count[type] ?? 0),
      expired,
      notes.length,
    ]);
    out(tableText([words.feed, ...INDICATOR_TYPES, words.expired, words.leftOut], cells));
    for (const one of rows.flatMap(({ notes }) => notes).slice(0, 20)) note(plain(problemText(one)));
  }
  return EXIT.ok;
}

/** OCSF observable types of our types. */
const OBSERVABLE: Readonly<Record<IndicatorType, number>> = { ip: 2, cidr: 2, domain: 1, url: 6, hash: 8, email: 5 };

export async function checkCommand(given: string, { dir, locale, json }: Options): Promise<number> {
  const found = indicatorValue(given);
  if (found === undefined)
    throw new YaguraError('BadInput', 'this is no value that feeds list', {
      problems: [{ at: 'VALUE', what: given.slice(0, 80), allowed: 'an address, CIDR, domain, URL, digest or e-mail address' }],
    });
  const index = new IndicatorIndex(indicatorsOf(await loadFeeds(dir)));
  const [hit] = index.hits([{ name: '', type: '', type_id: OBSERVABLE[found.type], value: found.value }], Date.now());
  const words = WORDS[locale];
  if (json === true) out(JSON.stringify({ ...found, hit: hit?.indicator ?? null }));
  else if (hit === undefined) out(`${plain(found.value)} ${words.noHit}`);
  else {
    const { type, value, confidence, feed, says } = hit.indicator;
    out(
      `${plain(found.value)} ${words.hit}: ${plain([type, value, feed, says ?? '', confidence, levelOfConfidence(confidence)].join(' · '))}`,
    );
  }
  return hit === undefined ? EXIT.fault : EXIT.ok;
}

export async function retroCommand({ dir, locale, json, state: stateDir }: Options & { state: string }): Promise<number> {
  existingState(stateDir);
  const indicators = indicatorsOf(await loadFeeds(dir));
  const suppressor = new Suppressor(await loadSuppressions());
  const state = await openState(stateDir, { write: true });
  try {
    let raised = 0;
    // One tick looks for some; a person waits for all.
    for (let left = Math.ceil(indicators.length / 500); left >= 0; left--)
      raised += (
        await LOCAL_STAGES.detect(state, { ...NO_CORRELATIONS, lakeMaps: [], eventOf: () => undefined, indicators, suppressor })
      ).raised;
    await drainBus(state);
    out(json === true ? JSON.stringify({ indicators: indicators.length, raised }) : `${raised} ${WORDS[locale].raised}`);
    return EXIT.ok;
  } finally {
    await state.close();
  }
}
