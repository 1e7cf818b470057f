/** Turns what happens in the simulation into findings by the same path as real logs: the source's OCSF event, its entities, its finding. */
import type { Finding } from '../../functions/core/finding.ts';
import { findingFromEvent, makeFinding } from '../../functions/core/finding-make.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import type { Source } from '../../functions/sources/source.ts';
import type { Random } from '../story/random.ts';
import { type ProductDeed, productFinding } from './products.ts';
import { type Deed, rawOf } from './records.ts';
import { ruleNamed } from './rules.ts';

/** Whose doing it is: `chain:3` of an attack, `drill:1` of an announced exercise, else plain work and error. */
export type Truth = `chain:${number}` | `drill:${number}` | 'noise';

export interface SimulatedFinding {
  finding: Finding;
  truth: Truth;
}

export type Happening = { truth: Truth } & ({ rule: string; deed: Omit<Deed, 'source' | 'event'> } | { product: ProductDeed });

const byId = new Map(SOURCES.map((source) => [source.id, source]));

function sourceOf(id: string): Source {
  const source = byId.get(id);
  if (source === undefined) throw new RangeError(`no source ${id}`);
  return source;
}

/** @throws RangeError where a product's record makes no finding */
export function raise(random: Random, happening: Happening): SimulatedFinding {
  const { truth } = happening;
  if ('product' in happening) {
    const { source, record } = productFinding(random, happening.product);
    const finding = findingFromEvent(eventOf(source, record), source);
    if (finding === undefined) throw new RangeError(`${source} ${happening.product.type} is no finding`);
    return { finding, truth };
  }
  const { source, event, info } = ruleNamed(happening.rule);
  const record = rawOf(random, { ...happening.deed, source, event });
  return { finding: makeFinding({ rule: info, source, record, event: eventOf(source, record) }), truth };
}

const eventOf = (source: string, record: JsonObject) => sourceOf(source).toOcsf(record, { nowMs: 0 });
