/** Rules and sources → how many rules read which sources together: what the readiness of rules hangs on, in few lines. */
import type { Readers } from '../source-freshness.ts';
import type { SigmaRule } from './ast.ts';
import { readsSource, type SourceHealth } from './readiness.ts';

export function readersOf(rules: readonly SigmaRule[], sources: readonly Pick<SourceHealth, 'id' | 'logsources'>[]): Readers[] {
  const counts = new Map<string, Readers>();
  for (const rule of rules) {
    const ids = sources.filter((source) => readsSource(rule, source)).map(({ id }) => id);
    const key = ids.join(' ');
    counts.set(key, { sources: ids, rules: (counts.get(key)?.rules ?? 0) + 1 });
  }
  return [...counts.values()];
}
