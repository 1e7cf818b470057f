/** Turns a rule's hit on an event into the matches that correlations keep of it: the few fields that they group and measure by. */
import { sha256 } from '../../digest.ts';
import { entitiesOf } from '../../entity.ts';
import type { JsonObject } from '../../json.ts';
import type { OcsfEvent } from '../../ocsf/event.ts';
import { FIELD_MAPS, type FieldMap, mapsFor } from '../field-map.ts';
import { FieldSlots, RecordReader, type Texts } from '../record-reader.ts';
import type { CorrelationSet } from './compile.ts';
import type { Match } from './match.ts';
import { type CorrelationPlan, nodesOf } from './plan.ts';

export interface KeptMatch {
  plan: CorrelationPlan;
  /** Matches of one plan that differ in it never meet. */
  partition: string;
  match: Match;
}

export interface MatchedEvent {
  sourceId: string;
  record: JsonObject;
  event: OcsfEvent;
}

interface Wanted {
  plan: CorrelationPlan;
  fields: readonly { path: string; slot: number }[];
  partition: readonly string[];
}

interface SourceReader {
  sigma: RecordReader;
  ocsf: RecordReader;
  wanted: ReadonlyMap<string, { taxonomy: 'sigma' | 'ocsf'; of: readonly Wanted[] }>;
}

/** Longer texts are cut and told apart by a digest; more texts of one field are left out. */
const MAX_TEXT = 256;
const MAX_TEXTS = 64;
const MAX_PARTITIONS = 16;
/** Of a match. The actors come first. */
export const MAX_ENTITIES = 12;

export interface MatchReader {
  /** True for a rule that raises no finding of its own. */
  isSilent(ruleId: string): boolean;
  /** What correlations keep of a match; mostly nothing. */
  read(ruleId: string, matched: MatchedEvent): KeptMatch[];
}

/** Reads native rules' fields from the raw record through the source's field maps, and fields of `taxonomy: ocsf` rules from the event. */
export function createMatchReader(
  { plans, silent }: CorrelationSet,
  sources: readonly { id: string; logsources: readonly FieldMap['logsource'][] }[],
  fieldMaps: readonly FieldMap[] = FIELD_MAPS,
): MatchReader {
  const readers = new Map(sources.map(({ id, logsources }) => [id, readerOf(plans, mapsFor(fieldMaps, logsources))]));
  return {
    isSilent: (ruleId) => silent.has(ruleId),
    read: (ruleId, matched) => {
      const reader = readers.get(matched.sourceId);
      const wanted = reader?.wanted.get(ruleId);
      if (reader === undefined || wanted === undefined) return [];
      const isNative = wanted.taxonomy === 'sigma';
      const fields = isNative ? reader.sigma : reader.ocsf;
      fields.begin(isNative ? matched.record : matched.event);
      const kept = wanted.of.flatMap((of) => keep(ruleId, matched, of, fields));
      fields.begin(null);
      return kept;
    },
  };
}

function readerOf(plans: readonly CorrelationPlan[], maps: readonly FieldMap[]): SourceReader {
  const slots = { sigma: new FieldSlots(maps), ocsf: new FieldSlots() };
  const wanted = new Map<string, { taxonomy: 'sigma' | 'ocsf'; of: Wanted[] }>();
  for (const plan of plans) {
    const taxonomies = new Map(
      [...nodesOf(plan.root)].flatMap(({ inputs }) =>
        inputs.flatMap(({ of }) => (of.kind === 'rule' ? [[of.rule.info.id, of.rule.taxonomy] as const] : [])),
      ),
    );
    for (const [ruleId, { paths, partition }] of plan.reads) {
      const taxonomy = taxonomies.get(ruleId) ?? 'sigma';
      const entry = wanted.get(ruleId) ?? { taxonomy, of: [] };
      entry.of.push({ plan, fields: paths.map((path) => ({ path, slot: slots[taxonomy].slotOf(path) })), partition });
      wanted.set(ruleId, entry);
    }
  }
  return { sigma: new RecordReader(slots.sigma), ocsf: new RecordReader(slots.ocsf), wanted };
}

function keep(
  ruleId: string,
  { sourceId, event }: MatchedEvent,
  { plan, fields, partition }: Wanted,
  reader: RecordReader,
): KeptMatch[] {
  const texts: Record<string, readonly string[]> = Object.create(null);
  for (const { path, slot } of fields) {
    const own = shortTexts(reader.read(slot));
    if (own.length > 0) texts[path] = own;
  }
  const match: Match = {
    ruleId,
    eventUid: event.metadata.uid,
    timeMs: Number.isFinite(event.time) ? event.time : 0,
    source: sourceId,
    fields: { ...texts },
    entities: entitiesOf(event).slice(0, MAX_ENTITIES),
  };
  return keptIn(plan, partition, match);
}

/** A match in each part of a plan's matches that it belongs to: parts never meet. */
export const keptIn = (plan: CorrelationPlan, partition: readonly string[], match: Match): KeptMatch[] =>
  partitionsOf(partition.map((path) => match.fields[path] ?? [])).map((parts) => ({
    plan,
    partition: JSON.stringify(parts),
    match,
  }));

function partitionsOf(lists: readonly (readonly string[])[]): string[][] {
  let found: string[][] = [[]];
  for (const list of lists) found = found.flatMap((parts) => list.map((text) => [...parts, text])).slice(0, MAX_PARTITIONS);
  return found;
}

/** The texts as matches keep them: distinct, none empty, long ones cut. */
export function shortTexts(texts: Texts): string[] {
  if (texts === undefined) return [];
  const all = typeof texts === 'string' ? [texts] : texts.slice(0, MAX_TEXTS);
  // An empty text names nobody: grouping by it would join strangers.
  return [...new Set(all.filter((text) => text !== '').map(short))];
}

const short = (text: string): string =>
  text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 17)}~${sha256(text).slice(0, 16)}`;
