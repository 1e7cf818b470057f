/** What the correlate stage is told by the people who run it: which findings need nobody, and what their assets are. */
import type { Enricher } from '../core/enrichment/enricher.ts';
import type { Finding } from '../core/finding.ts';
import type { Suppressor } from '../core/suppression/apply.ts';

export interface CorrelateContent {
  /** Lowers findings of history, baselines and products that were not judged in the ingest pass. Default: none. */
  suppressor?: Suppressor;
  /** Knows assets, identities and indicators. Default: nothing is known, and incidents have no context. */
  enricher?: Enricher;
}

/** The findings as alerts shall see them: what is known makes them more or less grave, then what nobody needs to see is lowered. */
export const prepared = (findings: readonly Finding[], { suppressor, enricher }: CorrelateContent): readonly Finding[] =>
  findings.map((finding) => {
    const known = finding.suppressedBy === undefined ? (enricher?.apply(finding) ?? finding) : finding;
    return suppressor?.apply(known) ?? known;
  });
