/** An event on its way to the lake → hits of indicators in its part. */
import { entitiesOf } from '../core/entity.ts';
import { summaryOf } from '../core/finding-summary.ts';
import type { IndicatorIndex } from '../core/indicator/index-of.ts';
import type { MetIn, Part } from './part.ts';

/** OCSF category of findings: what they name was met in an event of its own. */
const FINDINGS = 2;

/** Most events meet nothing: then this is one look-up for each observable. */
export function meet(part: Part, at: MetIn, { source, indicators }: { source: string; indicators: IndicatorIndex }): void {
  const { event } = at;
  if (event.category_uid === FINDINGS) return;
  const hits = indicators.hits(event.observables ?? [], event.time);
  if (hits.length === 0) return;
  const entities = entitiesOf(event);
  const deed = summaryOf(event, entities);
  for (const { indicator, name } of hits)
    part.met.add({ indicator, source, eventUid: event.metadata.uid, timeMs: event.time, entities, name, deed }, at);
}
