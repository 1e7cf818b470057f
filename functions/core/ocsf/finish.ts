/** Turns what a mapper knows of an event into a whole OCSF event: names from ids, profiles, observables, nothing empty. */
import type { Json, JsonObject } from '../json.ts';
import { isoText } from '../timestamp.ts';
import { OCSF_VERSION, type OcsfEvent, type OcsfMetadata, type OcsfObservable } from './event.ts';
import { classPlan, type ItemPlan, type PlanEntry } from './plan.ts';
import type { Unmapped } from './unmapped.ts';

/** An attribute as a mapper writes it: what it does not know is undefined, and left out of the event. */
export type DraftValue = Json | undefined | DraftValue[] | { [attribute: string]: DraftValue };
export type DraftAttributes = { [attribute: string]: DraftValue };

/** Ids only: every `…_name`, sibling, `type_uid`, category, profile and observable is derived. */
export interface EventDraft {
  class_uid: number;
  activity_id: number;
  /** Only beside activity 99, where the source has its own word. */
  activity_name?: string | undefined;
  /** Epoch milliseconds, UTC. */
  time: number;
  /** RFC 3339 text of `time`, where the record has it already. */
  time_dt?: string | undefined;
  severity_id: number;
  metadata: Omit<OcsfMetadata, 'version' | 'profiles'>;
  /** The class's own attributes. Objects in it are taken over and changed in place. */
  attributes: DraftAttributes;
  unmapped?: Unmapped;
}

/** What one walk over the attributes gathers. */
interface Found {
  observables: OcsfObservable[];
  profiles: string[];
  /** `name value` of observables in lists. */
  listed: Set<string> | undefined;
}

/**
 * The event that the lake stores. Takes the draft's objects over. Empty objects, lists and texts are dropped, at any depth.
 * @see https://schema.ocsf.io/1.8.0 "Profiles", "Observables"
 */
export function finishEvent(draft: EventDraft): OcsfEvent {
  const { class_uid, activity_id, time, severity_id, metadata } = draft;
  const plan = classPlan(class_uid);
  const found: Found = { observables: [], profiles: ['datetime'], listed: undefined };
  const attributes = finished(draft.attributes, plan.item, found);
  const activity = plan.activities.get(activity_id) ?? plan.otherActivity;
  const whole: OcsfMetadata = metadata as OcsfMetadata;
  whole.version = OCSF_VERSION;
  whole.profiles = found.profiles.length > 1 ? found.profiles.sort() : found.profiles;
  const event: OcsfEvent = {
    class_uid,
    class_name: plan.className,
    category_uid: plan.categoryUid,
    category_name: plan.categoryName,
    activity_id,
    activity_name: draft.activity_name ?? activity.name,
    type_uid: class_uid * 100 + activity_id,
    type_name: activity.typeName,
    time,
    time_dt: draft.time_dt ?? isoText(time),
    severity_id,
    severity: plan.severities.get(severity_id) ?? 'Other',
    metadata: whole,
  };
  const { unmapped } = draft;
  Object.assign(event, attributes);
  if (found.observables.length > 0) event.observables = found.observables;
  if (unmapped !== undefined && hasKeys(unmapped)) event.unmapped = unmapped;
  return event;
}

/** Finishes the attributes in place; what was undefined is then gone, at any depth. */
function finished(draft: DraftAttributes, plan: ItemPlan, found: Found): JsonObject {
  const attributes = draft as JsonObject;
  finishItem(attributes, plan, found);
  return attributes;
}

/** Finishes an object in place. False where nothing is left of it. */
function finishItem(value: JsonObject, plan: ItemPlan, found: Found): boolean {
  let isUsed = false;
  for (const key in value) {
    const at: Json | undefined = value[key];
    const entry = plan.entry(key);
    const isLost = typeof at === 'object' && at !== null ? !finishNested(at, entry?.item, found) : isNothing(at);
    if (isLost) {
      delete value[key];
      continue;
    }
    isUsed = true;
    if (entry === undefined) continue;
    if (entry.profile !== undefined && !found.profiles.includes(entry.profile)) found.profiles.push(entry.profile);
    if (typeof at === 'string') {
      if (entry.observable !== undefined) observe(entry, at, found);
    } else if (entry.sibling !== undefined && value[entry.sibling] === undefined) addSibling(value, entry, at);
    else if (entry.observable !== undefined && Array.isArray(at)) observeAll(entry, at, found);
  }
  return isUsed;
}

const isNothing = (value: Json | undefined): value is null | undefined | '' =>
  value === undefined || value === null || value === '';

/** An object or a list. Lists lose their empty items. False where nothing is left. */
function finishNested(value: Json[] | JsonObject, plan: ItemPlan | undefined, found: Found): boolean {
  if (!Array.isArray(value)) return plan === undefined ? hasKeys(value) : finishItem(value, plan, found);
  let kept = 0;
  for (const item of value) {
    const isLost =
      isNothing(item) || (typeof item === 'object' && item !== null && plan !== undefined && !finishNested(item, plan, found));
    if (!isLost) value[kept++] = item;
  }
  value.length = kept;
  return value.length > 0;
}

function hasKeys(value: JsonObject): boolean {
  for (const _ in value) return true;
  return false;
}

/** An id's caption; ids in a list give a list of captions. */
function addSibling(holder: JsonObject, { sibling, captions }: PlanEntry, ids: Json | undefined): void {
  if (sibling === undefined || captions === undefined) return;
  if (typeof ids === 'number') holder[sibling] = captions.get(ids) ?? 'Other';
  else if (Array.isArray(ids)) holder[sibling] = ids.map((id) => captions.get(Number(id)) ?? 'Other');
}

function observeAll(entry: PlanEntry, values: readonly Json[], found: Found): void {
  for (const value of values) if (typeof value === 'string') observe(entry, value, found);
}

const UNKNOWN = 'Unknown';

function observe(entry: PlanEntry, value: string, found: Found): void {
  const kind = entry.observable;
  // What stands for somebody whom nobody named is nothing to look for.
  if (kind === undefined || value === UNKNOWN) return;
  if (entry.isListed) {
    found.listed ??= new Set();
    const size = found.listed.size;
    if (found.listed.add(`${kind.name} ${value}`).size === size) return;
  }
  found.observables.push({ name: kind.name, type_id: kind.type_id, type: kind.type, value });
}
