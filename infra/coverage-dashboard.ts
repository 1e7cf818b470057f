/** Turns what the rules cover, and what `duty` tells of sources, into the dashboard of coverage: ATT&CK, readiness, silence. */
import { Duration } from 'aws-cdk-lib';
import { Dashboard, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { LocalText } from '../functions/core/text.ts';
import type { ShownCoverage } from './shown-coverage.ts';
import { counted, graph, type Watched } from './watched.ts';

const MOST_SOURCES = 20;
const TITLES = {
  ready: { en: 'Rules: can fire, source silent, source not connected', ja: 'ルール: 検知可能、ソース停止、ソース未接続' },
  silent: { en: 'Silent sources', ja: '停止中のソース' },
  errors: { en: 'Rules that failed', ja: 'エラーになったルール' },
  tactic: { en: 'Tactic', ja: '戦術' },
  techniques: { en: 'cloud techniques', ja: 'クラウドの技術' },
  covered: { en: 'with a rule', ja: 'ルールあり' },
  source: { en: 'Source', ja: 'ソース' },
  rules: { en: 'rules', ja: 'ルール' },
} as const satisfies Record<string, LocalText>;

export function createCoverageDashboard(scope: Construct, { name, locale, coverage }: Watched): void {
  const title = (key: keyof typeof TITLES): string => TITLES[key][locale];
  const told = (metric: string) => counted('duty', metric, Duration.minutes(15), 'Maximum');
  new Dashboard(scope, 'CoverageDashboard', {
    dashboardName: `${name}-coverage`,
    defaultInterval: Duration.days(7),
    widgets: [
      [graph(title('ready'), ['ReadyRuleCount', 'StaleSourceRuleCount', 'NoSourceRuleCount'].map(told), 24)],
      [
        graph(title('silent'), [told('SilentSourceCount')]),
        graph(title('errors'), [counted('correlate', 'RuleErrorCount', Duration.hours(1))]),
      ],
      [
        new TextWidget({ width: 12, height: 10, markdown: tacticsText(coverage, title) }),
        new TextWidget({ width: 12, height: 10, markdown: sourcesText(coverage, title) }),
      ],
    ],
  });
}

type Title = (key: keyof typeof TITLES) => string;
const row = (...cells: (string | number)[]): string => `| ${cells.join(' | ')} |`;

/** As of the deployment: which rule can fire now is what the graph says. */
const tacticsText = ({ attackVersion, tactics }: ShownCoverage, title: Title): string =>
  [
    `### ATT&CK v${attackVersion}`,
    row(title('tactic'), title('techniques'), title('covered')),
    row('---', '---:', '---:'),
    ...tactics.map(({ name, techniques, covered }) => row(name, techniques, covered)),
  ].join('\n');

const sourcesText = ({ sources, rules }: ShownCoverage, title: Title): string =>
  [
    `### ${rules} ${title('rules')}`,
    row(title('source'), title('rules')),
    row('---', '---:'),
    ...sources.slice(0, MOST_SOURCES).map(({ id, rules: count }) => row(id, count)),
  ].join('\n');
