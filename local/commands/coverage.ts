/** `yagura coverage`: ATT&CK coverage at five levels, counting only rules that can fire, as a table, JSON or a Navigator layer. */
import { writeFile } from 'node:fs/promises';
import { COVERAGE_LEVELS, type Coverage, type CoverageRow, coverageOf } from '../../functions/core/attack/coverage.ts';
import { navigatorLayer } from '../../functions/core/attack/navigator.ts';
import type { ReadinessInput } from '../../functions/core/sigma/readiness.ts';
import { loadCorrelations } from '../content.ts';
import { playbookTexts } from '../playbooks.ts';
import { openState } from '../ports.ts';
import { contentHealth, correlationCoverage, coverageRules, type StateHealth, stateHealth } from '../rule-health.ts';
import { rulesWithCases } from '../rule-set.ts';
import { tableText } from '../table-text.ts';
import { EXIT, out } from './io.ts';
import { existingState } from './query.ts';

/** Coverage of our rules: in a state, or without one as if every source that we know were connected and alive. */
export async function coverageIn(dir?: string, at?: string): Promise<Coverage> {
  const { rules } = await rulesWithCases();
  const playbooks = (await playbookTexts()).map(({ id, triggers }) => ({ id, attack: triggers.attack }));
  const correlations = await loadCorrelations();
  const counted = (input: ReadinessInput, recent?: StateHealth['alerts']): Coverage => {
    const of = { playbooks, ...(recent === undefined ? {} : { recent }) };
    return coverageOf([...coverageRules(rules, input, of), ...correlationCoverage(correlations, rules, { input, ...of })]);
  };
  if (dir === undefined) return counted(await contentHealth(rules));
  existingState(dir);
  const state = await openState(dir);
  try {
    const { input, alerts } = await stateHealth(state, rules, at);
    return counted(input, alerts);
  } finally {
    await state.close();
  }
}

export async function coverageCommand(options: { state?: string; at?: string; json?: boolean; layer?: string }): Promise<number> {
  const coverage = await coverageIn(options.state, options.at);
  if (options.layer !== undefined) await writeFile(options.layer, layerText(coverage, options.state));
  if (options.json) out(JSON.stringify(coverage));
  else tell(coverage, options);
  return EXIT.ok;
}

const layerText = (coverage: Coverage, state: string | undefined): string => {
  const description =
    state === undefined
      ? 'What the detections cover where every source is connected and alive'
      : 'What the detections cover with the sources that are alive now';
  return `${JSON.stringify(navigatorLayer(coverage, { name: 'Yagura coverage', description }), null, 2)}\n`;
};

function tell(coverage: Coverage, { state, at, layer }: { state?: string; at?: string; layer?: string }): void {
  const { total, tactics, platforms, techniques } = coverage;
  const [all] = total.atLeast;
  out(
    `ATT&CK v${coverage.attackVersion}, ${all} cloud techniques; ${state === undefined ? 'as if every source were connected and alive' : `state ${state}, ${at ?? 'now'}`}`,
  );
  out(
    tableText(
      ['', 'techniques', ...COVERAGE_LEVELS.slice(1).map((name, i) => `≥${i + 1} ${name}`)],
      [total, ...tactics, ...platforms].map(rowCells),
    ),
  );
  const parts = techniques.filter(({ onlyThroughParts }) => onlyThroughParts).length;
  if (parts > 0) out(`${parts} more techniques have rules for their sub-techniques only; these are not counted`);
  if (layer !== undefined) out(`wrote ${layer}: open it in the ATT&CK Navigator (layer format 4.5)`);
}

const rowCells = ({ name, atLeast: [all, ...levels] }: CoverageRow): unknown[] => [
  name,
  all,
  ...levels.map((count) => (all === 0 ? '–' : `${count} (${Math.round((100 * count) / all)} %)`)),
];
