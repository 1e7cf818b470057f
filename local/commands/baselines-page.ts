/** The baselines and their detectors → the page docs/baselines.md. */
import { detectorOf } from '../../functions/core/baseline/baseline.ts';
import { DAILY_ALERTS } from '../../functions/core/baseline/budget.ts';
import { DETECTORS } from '../../functions/core/baseline/detectors/index.ts';
import { readBaselines } from '../baselines.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');
/** Tables and views that a query names after FROM or JOIN. */
const LAKE_NAMES = ['identity_activity', 'network_activity', 'dns_activity', 'events'];

export async function baselinesPage(generated: string): Promise<string> {
  const baselines = await readBaselines();
  const rows = baselines.map(({ name, title, detector, every, lookbackDays, level, attack, file }) => {
    const needs = LAKE_NAMES.filter((lake) => new RegExp(`(from|join)\\s+${lake}\\b`, 'i').test(file.sql)).map(
      (lake) => `\`${lake}\``,
    );
    return `| [\`${name}\`](../${file.path}) | ${cell(title.en)} | ${title.ja} | ${detector} | ${every} | ${lookbackDays} d | ${needs.join(', ')} | ${level} | ${attack.join(' ')} |`;
  });
  const sections = DETECTORS.flatMap(({ id, title, formula, defaults, weaknesses, columns }) => {
    const set = baselines.flatMap((baseline) =>
      detectorOf(baseline.detector).id === id
        ? Object.entries(baseline.thresholds).map(([key, value]) => `\`${baseline.name}\`: ${key} ${value}`)
        : [],
    );
    return [
      `## ${title.en} · ${title.ja} (\`${id}\`)`,
      '',
      formula.en,
      '',
      formula.ja,
      '',
      `* defaults: ${Object.entries(defaults)
        .map(([key, value]) => `${key} ${String(value)}`)
        .join(', ')}`,
      ...(set.length === 0 ? [] : [`* set by baselines: ${set.join('; ')}`]),
      `* columns that its SQL gives: ${columns.map((name) => `\`${name}\``).join(', ')}`,
      `* known weaknesses: ${weaknesses.en}`,
      `* 既知の弱点: ${weaknesses.ja}`,
      '',
    ];
  });
  return [
    generated,
    '# Baselines',
    '',
    'What is usual, asked of the lake each time, and who departs from it. A baseline is one file: front matter and one SELECT that counts; its detector does the arithmetic.',
    'Too little history is no verdict. Rare is not malicious: one new or rare deed never alerts.',
    '',
    `All baselines together may alert ${DAILY_ALERTS} times a day (UTC), the strongest first; the rest are findings of level low, which add risk to whom they are about and do not alert.`,
    'The last quarter of the budget is kept for anomalies that beat half of what alerted so far, and one baseline takes at most half. A score is 50 at a threshold and nears 100 far above it.',
    '',
    '`npm run yagura -- baselines run --state DIR --day 2026-06-30` judges a day of the past without raising anything; `baselines explain NAME` shows formula, thresholds and SQL.',
    '',
    '| baseline | title | タイトル | detector | judges each | history | reads | level | ATT&CK v19.1 |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
    ...sections,
  ].join('\n');
}
