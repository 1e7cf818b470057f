/** What the correlate stage is told by the people who run it: which findings need nobody, and what their assets are. */
import type { Finding } from '../core/finding.ts';
import type { Suppressor } from '../core/suppression/apply.ts';

export interface CorrelateContent {
  /** Lowers findings of history, baselines and products that were not judged in the ingest pass. Default: none. */
  suppressor?: Suppressor;
}

/** The findings as alerts shall see them. */
export const prepared = (findings: readonly Finding[], { suppressor }: CorrelateContent): readonly Finding[] =>
  suppressor === undefined ? findings : findings.map((finding) => suppressor.apply(finding));
