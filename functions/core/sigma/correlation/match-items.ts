/** Turns kept matches into items of the table, and items back into matches; marks tell which groups changed, by time of ingest. */
import * as z from 'zod';
import { shortId } from '../../digest.ts';
import { ENTITY_TYPES, type Entity } from '../../finding.ts';
import type { JsonObject } from '../../json.ts';
import { byTime, type Match } from './match.ts';
import type { CorrelationPlan } from './plan.ts';
import type { KeptMatch } from './reader.ts';

/** An item as the table takes it. */
export interface MatchItem {
  pk: string;
  sk: string;
  data: JsonObject;
  expiresAtSec: number;
}

const HOUR_MS = 3_600_000;
/** Ingest time is cut in slots; the schedule asks for those that are new. */
export const SLOT_MS = 5 * 60_000;
export const SLOTS_PK = 'match-slots';
/** The event time that one item may cover: a reader of a range begins so much earlier. */
export const ITEM_SPAN_MS = HOUR_MS;
/** Stays under the table's limit of an item with entities of the longest ids. */
const ITEM_BYTES = 250_000;
/** Matches of one plan and partition that one part of a batch may add; a flood beyond it is counted, not kept. */
const MAX_PER_PART = 5_000;
const KEEP_MARGIN_MS = 7 * 24 * HOUR_MS;

export const slotOf = (timeMs: number): string => timeText(Math.floor(timeMs / SLOT_MS) * SLOT_MS);
export const slotStartMs = (slot: string): number => Number(slot);
/** The marks of a slot lie in several partitions, so that no single one takes all writes. */
const SHARDS = 8;
const shardOf = (pk: string): number => Number.parseInt(pk.slice(-2), 16) % SHARDS;
export const slotPks = (slot: string): string[] => Array.from({ length: SHARDS }, (_, shard) => `match-slot#${slot}#${shard}`);
export const matchPk = (planKey: string, partition: string): string => `match#${planKey}#${shortId(partition)}`;

/** Sorts as the number does. Times before 1970 are kept at 1970. */
export const timeText = (timeMs: number): string =>
  String(Math.min(Math.max(0, Math.floor(timeMs)), 999_999_999_999_999)).padStart(15, '0');

export interface MatchItems {
  items: MatchItem[];
  /** Matches over the limit. */
  droppedCount: number;
}

/** The items of one part of a batch, to be written in this order. Keys derive from the part: writing it again replaces them. */
export function matchItems(kept: readonly KeptMatch[], { partId, nowMs }: { partId: string; nowMs: number }): MatchItems {
  const groups = new Map<string, { plan: CorrelationPlan; matches: Match[] }>();
  for (const { plan, partition, match } of kept) {
    const pk = matchPk(plan.key, partition);
    const group = groups.get(pk);
    if (group === undefined) groups.set(pk, { plan, matches: [match] });
    else group.matches.push(match);
  }
  const slot = slotOf(nowMs);
  const items: MatchItem[] = [];
  const marks: MatchItem[] = [];
  let droppedCount = 0;
  for (const [pk, { plan, matches }] of groups) {
    droppedCount += Math.max(0, matches.length - MAX_PER_PART);
    const expiresAtSec = Math.ceil((nowMs + 2 * (plan.reachMs + plan.dedupMs) + KEEP_MARGIN_MS) / 1000);
    const kept = matches.sort(byTime).slice(0, MAX_PER_PART);
    for (const [n, data] of [...chunks(kept)].entries())
      items.push({ pk, sk: `${timeText(Number(data['firstMs']))}#${partId}#${n}`, data, expiresAtSec });
    const mark = { plan: plan.key, pk, firstMs: kept[0]?.timeMs ?? 0, lastMs: kept.at(-1)?.timeMs ?? 0 };
    marks.push({ pk: slotPks(slot)[shardOf(pk)] ?? '', sk: `${pk}#${partId}`, data: mark, expiresAtSec });
  }
  if (marks.length > 0) {
    const expiresAtSec = Math.max(...marks.map((mark) => mark.expiresAtSec));
    // Last: who reads a mark shall find the matches.
    items.push(...marks, { pk: SLOTS_PK, sk: slot, data: { slot }, expiresAtSec });
  }
  return { items, droppedCount };
}

/** Sorted matches in pieces: of one hour each, and small enough for an item. Entities are written once a piece. */
function* chunks(matches: readonly Match[]): Generator<JsonObject> {
  let piece = new Piece();
  for (const match of matches) {
    if (!piece.takes(match)) {
      yield piece.data();
      piece = new Piece();
    }
    piece.add(match);
  }
  if (matches.length > 0) yield piece.data();
}

class Piece {
  private readonly matches: Match[] = [];
  private readonly entities = new Map<string, { at: number; entity: Entity }>();
  private bytes = 0;

  takes(match: Match): boolean {
    const [first] = this.matches;
    if (first === undefined) return true;
    return Math.floor(first.timeMs / ITEM_SPAN_MS) === Math.floor(match.timeMs / ITEM_SPAN_MS) && this.bytes < ITEM_BYTES;
  }

  add(match: Match): void {
    this.matches.push(match);
    this.bytes += Buffer.byteLength(JSON.stringify({ ...match, entities: [] })) + 4 * match.entities.length;
    for (const entity of match.entities) {
      const key = JSON.stringify(entity);
      if (this.entities.has(key)) continue;
      this.entities.set(key, { at: this.entities.size, entity });
      this.bytes += Buffer.byteLength(key) + 1;
    }
  }

  data(): JsonObject {
    const entities = [...this.entities.values()].map(({ entity }) => ({ ...entity }));
    const matches = this.matches.map(({ ruleId, eventUid, timeMs, source, fields, entities: own }) => {
      const at = own.flatMap((entity) => this.entities.get(JSON.stringify(entity))?.at ?? []);
      return {
        ruleId,
        eventUid,
        timeMs,
        source,
        fields: Object.entries(fields).map(([path, texts]) => [path, ...texts]),
        entities: at,
      };
    });
    return { firstMs: this.matches[0]?.timeMs ?? 0, matches, entities };
  }
}

const storedSchema = z.object({
  matches: z.array(
    z.object({
      ruleId: z.string(),
      eventUid: z.string(),
      timeMs: z.number(),
      source: z.string(),
      fields: z.array(z.array(z.string())),
      entities: z.array(z.int()),
    }),
  ),
  entities: z.array(
    z.object({
      type: z.enum(ENTITY_TYPES),
      id: z.string(),
      part: z.enum(['actor', 'target', 'context']),
      name: z.exactOptional(z.string()),
    }),
  ),
});
const markSchema = z.object({ plan: z.string(), pk: z.string(), firstMs: z.number(), lastMs: z.number() });
/** A group of matches that changed: the plan's key, where they lie, and their event times. */
export type MatchMark = z.infer<typeof markSchema>;

/** Undefined for an item that we did not write. */
export const markIn = (data: JsonObject): MatchMark | undefined => markSchema.safeParse(data).data;

/** The matches of an item; none for an item that we did not write. */
export function matchesIn(data: JsonObject): Match[] {
  const stored = storedSchema.safeParse(data).data;
  if (stored === undefined) return [];
  return stored.matches.map(({ fields, entities, ...match }) => ({
    ...match,
    fields: Object.fromEntries(fields.map(([path = '', ...texts]) => [path, texts])),
    entities: entities.flatMap((at) => stored.entities[at] ?? []),
  }));
}
