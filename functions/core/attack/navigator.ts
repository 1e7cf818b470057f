/** Coverage → a layer that the ATT&CK Navigator opens: each cloud technique coloured by its level. */
import type { JsonObject } from '../json.ts';
import { COVERAGE_LEVELS, type Coverage } from './coverage.ts';
import { CLOUD_PLATFORMS } from './platforms.generated.ts';

/** From no coverage to response ready; readable without telling red from green. */
const COLORS = ['#eeeeee', '#c6dbef', '#6baed6', '#2171b5', '#08306b'] as const;
/** Longest comment on a technique: a tooltip, not a report. */
const MAX_COMMENT = 1_000;

/** Every technique is in the layer, those without a rule with score 0. @see ATT&CK Navigator, layer file format 4.5 */
export function navigatorLayer(coverage: Coverage, options: { name: string; description: string }): JsonObject {
  const { techniques, attackVersion } = coverage;
  const expanded = new Set(
    techniques.flatMap(({ id, level }) => (level > 0 && id.includes('.') ? [id.slice(0, id.indexOf('.'))] : [])),
  );
  return {
    name: options.name,
    versions: { attack: attackVersion.split('.')[0] ?? attackVersion, navigator: '5.1.0', layer: '4.5' },
    domain: 'enterprise-attack',
    description: options.description,
    filters: { platforms: [...CLOUD_PLATFORMS] },
    sorting: 0,
    layout: { layout: 'side', showID: true, showName: true, expandedSubtechniques: 'annotated' },
    hideDisabled: false,
    techniques: techniques.map(({ id, level, rules }) => ({
      techniqueID: id,
      score: level,
      comment: cutTo(rules.length === 0 ? COVERAGE_LEVELS[0] : `${COVERAGE_LEVELS[level]}: ${rules.join('; ')}`),
      metadata: [{ name: 'rules', value: String(rules.length) }],
      enabled: true,
      ...(expanded.has(id) ? { showSubtechniques: true } : {}),
    })),
    gradient: { colors: [...COLORS], minValue: 0, maxValue: 4 },
    legendItems: COVERAGE_LEVELS.map((label, level) => ({ label: `${level} ${label}`, color: COLORS[level] ?? '' })),
    metadata: [{ name: 'ATT&CK', value: attackVersion }],
    showTacticRowBackground: false,
    selectTechniquesAcrossTactics: true,
    selectSubtechniquesWithParent: false,
  };
}

const cutTo = (text: string): string => (text.length <= MAX_COMMENT ? text : `${text.slice(0, MAX_COMMENT - 1)}…`);
