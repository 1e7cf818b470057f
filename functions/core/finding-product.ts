/** Turns a product's own finding (Detection Finding, Data Security Finding) into our finding, with the state that the product has it in. */
import { currentTechnique, tacticOf } from './attack/attack.ts';
import { shortId } from './digest.ts';
import { entitiesOf } from './entity.ts';
import { type Finding, type Level, levelRank, type ProductState } from './finding.ts';
import { dedupKeyOf } from './finding-key.ts';
import { summaryOf } from './finding-summary.ts';
import { isJsonObject, type Json, type JsonObject, valueAt } from './json.ts';
import type { OcsfEvent } from './ocsf/event.ts';

/** Detection Finding, Data Security Finding: something happened. Vulnerabilities and failed controls (2002, 2003) are states of a thing. */
const ALERTING_CLASSES: ReadonlySet<number> = new Set([2004, 2006]);
const HOUR_MS = 3_600_000;
/** OCSF severity_id → Sigma level; unknown and other count as medium, so that nobody's finding is lost in silence. */
const LEVEL_OF: Readonly<Record<number, Level>> = {
  1: 'informational',
  2: 'low',
  3: 'medium',
  4: 'high',
  5: 'critical',
  6: 'critical',
};
/** OCSF status_id of findings → state. */
const STATE_OF: Readonly<Record<number, ProductState['state']>> = {
  2: 'in_progress',
  3: 'suppressed',
  4: 'resolved',
  5: 'archived',
};
const CLOSE = 3;

const text = (root: unknown, path: string): string | undefined => {
  const value = valueAt(root, path);
  return typeof value === 'string' && value !== '' ? value : undefined;
};
const number = (root: unknown, path: string): number | undefined => {
  const value = valueAt(root, path);
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
};

/** A finding that somebody asked the product for, to see one: sources put this label on it. */
const isSample = (event: OcsfEvent): boolean => {
  const labels = event.metadata['labels'];
  return Array.isArray(labels) && labels.includes('sample');
};

/**
 * A product's finding as ours; undefined for every other class. One that the product has closed, archived or suppressed is a signal:
 * it alerts nobody, and correlation still sees it. Updates of one finding have one moment to be counted at: when it was created.
 */
export function findingFromEvent(event: OcsfEvent, source: string): Finding | undefined {
  if (!ALERTING_CLASSES.has(event.class_uid)) return undefined;
  const info = valueAt(event, 'finding_info');
  const entities = entitiesOf(event);
  const types = valueAt(info, 'types');
  const ruleId =
    text(info, 'analytic.uid') ??
    (Array.isArray(types) && typeof types[0] === 'string' ? types[0] : undefined) ??
    text(info, 'title');
  const uid = text(info, 'uid') ?? event.metadata.uid;
  const { attack, tactics } = attacksOf(event, info);
  const state = stateOf(event);
  const createdMs = number(info, 'created_time') ?? number(info, 'first_seen_time');
  return {
    // A product updates its finding under one uid; each update is a further event of one alert.
    uid: shortId('finding', source, event.metadata.uid),
    ruleId: (ruleId ?? `${event.metadata.product.name}:${uid}`).slice(0, 300),
    ruleVersion: text(event, 'metadata.product.version') ?? '1',
    title: (text(info, 'title') ?? text(event, 'message') ?? ruleId ?? 'Finding').slice(0, 300),
    level: levelOf(event, state),
    attack,
    tactics,
    source,
    analyticOf: event.metadata.product.name,
    // What people search the product for, the same for every update; and the record in the lake.
    eventUids: [...new Set([uid, event.metadata.uid])],
    timeMs: event.time,
    ...(createdMs === undefined || createdMs > event.time ? {} : { countedMs: createdMs }),
    entities,
    summary: (text(info, 'desc') ?? text(event, 'message') ?? summaryOf(event, entities)).slice(0, 1000),
    // A sample never shares an alert with a real finding of its type.
    dedupKey: dedupKeyOf([source, ruleId ?? uid], { entities, last: `finding:${uid}`, tail: isSample(event) ? ['sample'] : [] }),
    dedupWindowMs: 24 * HOUR_MS,
    product: { uid: productUid(source, uid), state, atMs: event.time },
  };
}

/** Hubs pass other products' findings on, under an ARN that ends in the product's own id: they are one finding. */
const productUid = (source: string, uid: string): string =>
  /(?:^|finding\/)([0-9a-f]{32})$/.exec(uid)?.[1] ?? `${source}:${uid.slice(0, 300)}`;

function stateOf(event: OcsfEvent): ProductState['state'] {
  const status = event['status_id'];
  const told = typeof status === 'number' ? STATE_OF[status] : undefined;
  if (told !== undefined && told !== 'in_progress') return told;
  if (event.activity_id === CLOSE) return 'resolved';
  if (event['is_alert'] === false && told === undefined && event['disposition_id'] === undefined) return 'archived';
  return told ?? 'open';
}

function levelOf(event: OcsfEvent, state: ProductState['state']): Level {
  if (isSample(event) || state === 'resolved') return 'informational';
  const level = LEVEL_OF[event.severity_id] ?? 'medium';
  const isQuiet = state === 'archived' || state === 'suppressed';
  return isQuiet && levelRank(level) > levelRank('low') ? 'low' : level;
}

function attacksOf(event: OcsfEvent, info: Json | undefined): { attack: string[]; tactics: string[] } {
  const lists = [valueAt(info, 'attacks'), valueAt(event, 'attacks')].flatMap((list) => (Array.isArray(list) ? list : []));
  const attack = new Set<string>();
  const tactics = new Set<string>();
  for (const item of lists) {
    const id = text(item, 'sub_technique.uid') ?? text(item, 'technique.uid');
    const technique = id === undefined ? undefined : currentTechnique(id);
    if (technique !== undefined) attack.add(technique.id);
    const named = tacticWords(item).flatMap((tactic) => tacticOf(tactic)?.slug ?? []);
    for (const slug of named.length > 0 ? named : (technique?.tactics ?? [])) tactics.add(slug);
  }
  return { attack: [...attack].sort(), tactics: [...tactics].sort() };
}

function tacticWords(item: Json): string[] {
  if (!isJsonObject(item)) return [];
  const several: Json[] = [...(Array.isArray(item['tactics']) ? item['tactics'] : []), tacticIn(item)];
  return several.flatMap((tactic) => text(tactic, 'uid') ?? text(tactic, 'name') ?? []);
}

const tacticIn = (item: JsonObject): Json => item['tactic'] ?? null;
