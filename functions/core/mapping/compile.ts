/** Turns a mapping into what the engine knows of a log source: how to recognize its records, and how to make OCSF events of them. */
import type { JsonObject } from '../json.ts';
import type { OcsfEvent } from '../ocsf/event.ts';
import { finishEvent } from '../ocsf/finish.ts';
import { RawRecord } from '../ocsf/raw-record.ts';
import { recordUid } from '../ocsf/record-uid.ts';
import { classFacts, objectFacts } from '../ocsf/schema.ts';
import { parseSyslogTimeMs } from '../timestamp.ts';
import { complete, pruned } from './complete.ts';
import { tableLookup, textOf } from './condition.ts';
import { firstText, type Step, stepsOf } from './field.ts';
import { placeOf } from './place.ts';
import type { Kind, Lookup, MappingSpec } from './spec.ts';
import { type Test, whenTest } from './when.ts';

/** In `metadata.labels` of what the vendor's own service did. Rules leave it out by it. */
export const VENDOR_SERVICE_LABEL = 'vendor_service';

const OTHER = 99;
const INFORMATIONAL = 1;

interface CompiledKind {
  test: Test | undefined;
  class_uid: number;
  activity: (raw: RawRecord) => number;
  steps: readonly Step[];
  times: readonly string[];
  /** Where `api` is an attribute of the cloud profile, and the mapping has a cloud. */
  isCloud: boolean;
}

export interface CompiledMapping {
  /** Class uids that it emits. */
  classes: readonly number[];
  recognizes(record: JsonObject): boolean;
  toOcsf(record: JsonObject, context: { nowMs: number }): OcsfEvent;
}

/** @throws TypeError for a class that OCSF 1.8.0 does not have: a mapping is code until a file brings it */
export function compileMapping(spec: MappingSpec): CompiledMapping {
  const matches = spec.match.map(whenTest);
  const options = { caseless: spec.caseless === true };
  const kinds = spec.kinds.map((kind) => compiledKind(kind, spec));
  const metadataFacts = objectFacts('metadata');
  const metadataFields = Object.entries(spec.fields).flatMap(([path, from]) =>
    path.startsWith('metadata.') ? [[path.slice('metadata.'.length), from] as const] : [],
  );
  const metadataSteps = metadataFacts === undefined ? [] : stepsOf(Object.fromEntries(metadataFields), metadataFacts);
  const severity = lookup(spec.severity);
  const isVendors = spec.vendorService === undefined ? undefined : whenTest(spec.vendorService);
  const codes = listOf(spec.code ?? []);
  const uidOf = uidReader(spec.uid ?? []);
  return {
    classes: [...new Set(kinds.map(({ class_uid }) => class_uid))],
    recognizes: (record) => {
      const raw = new RawRecord(record, undefined, options);
      return matches.some((test) => test(raw));
    },
    toOcsf: (record, context) => {
      const raw = new RawRecord(record, undefined, options);
      const kind = kinds.find(({ test }) => test === undefined || test(raw)) ?? kinds[kinds.length - 1];
      if (kind === undefined) throw new TypeError(`${spec.id} has no kinds`);
      const uid = uidOf(raw) ?? recordUid(record);
      const code = raw.firstText(...codes);
      const { path: timePath, ms: time } = timeOf(raw, kind.times, context.nowMs);
      const product: JsonObject = {};
      const metadata: JsonObject = { product };
      if (code !== undefined) metadata['event_code'] = code;
      const original = timePath === undefined ? undefined : raw.text(timePath);
      if (original !== undefined) metadata['original_time'] = original;
      if (isVendors?.(raw)) metadata['labels'] = [VENDOR_SERVICE_LABEL];
      for (const step of metadataSteps) step(raw, metadata);
      const attributes: JsonObject = {};
      for (const step of kind.steps) step(raw, attributes);
      pruned(attributes);
      // `api` of the cloud profile may not stand without a cloud.
      if (kind.isCloud && attributes['api'] !== undefined) attributes['cloud'] ??= { provider: 'Unknown' };
      const facts = classFacts(kind.class_uid);
      if (facts !== undefined) complete(attributes, facts, { product: spec.product.name, uid, time });
      const activity_id = kind.activity(raw);
      return finishEvent({
        class_uid: kind.class_uid,
        activity_id,
        activity_name: activity_id === OTHER ? code : undefined,
        time,
        severity_id: severity(raw) ?? INFORMATIONAL,
        metadata: { ...metadata, uid, product: { ...spec.product, ...product } },
        attributes,
        unmapped: raw.rest(),
      });
    },
  };
}

/** Parts of a joined id stay in `unmapped` unless a field takes them: the id has only a sole part word for word. */
function uidReader(uid: NonNullable<MappingSpec['uid']>): (raw: RawRecord) => string | undefined {
  if (typeof uid === 'string' || !('and' in uid)) {
    const paths = listOf(uid);
    return (raw) => raw.firstText(...paths);
  }
  const ids = listOf(uid.id);
  return (raw) => {
    const present = [...ids, ...uid.and].filter((path) => textOf(raw.value(path)) !== undefined);
    if (!present.some((path) => ids.includes(path))) return undefined;
    return present.length === 1
      ? raw.firstText(...present)
      : present.map((path) => textOf(raw.value(path))).join('#') || undefined;
  };
}

/** The first of the paths that has a time; times without a year are of the last year that fits. */
function timeOf(raw: RawRecord, paths: readonly string[], nowMs: number): { path: string | undefined; ms: number } {
  for (const path of paths) {
    const ms = raw.timeMs(path) ?? parseSyslogTimeMs(raw.value(path), nowMs);
    if (ms !== undefined) return { path, ms };
  }
  return { path: undefined, ms: nowMs };
}

const listOf = (paths: string | readonly string[]): readonly string[] => (typeof paths === 'string' ? [paths] : paths);

function lookup(spec: Lookup | undefined): (raw: RawRecord) => number | undefined {
  if (spec === undefined) return () => undefined;
  const find = tableLookup(spec.table);
  const places = listOf(spec.from).map(placeOf);
  return (raw) => {
    const text = firstText(raw, places);
    return text === undefined ? spec.else : (find(text) ?? spec.else);
  };
}

function compiledKind(kind: Kind, spec: MappingSpec): CompiledKind {
  const facts = classFacts(kind.class_uid);
  if (facts === undefined) throw new TypeError(`${spec.id}: OCSF has no class ${kind.class_uid}`);
  const { activity = OTHER } = kind;
  const found = typeof activity === 'number' ? () => activity : lookup(activity);
  const options = facts.attributes.get('activity_id')?.options;
  const fields = Object.fromEntries(
    Object.entries({ ...spec.fields, ...kind.fields }).filter(([path]) => !path.startsWith('metadata.')),
  );
  // A kind's own fields first: what they take is theirs.
  const own = kind.fields ?? {};
  // Attributes of the cloud profile need a cloud beside them.
  const isCloud = Object.keys(fields).some((path) => path.startsWith('cloud.'));
  const others = Object.fromEntries(
    Object.entries(fields).filter(([path]) => {
      const profiles = facts.attributes.get(path.split(/[.[]/)[0] ?? '')?.profiles;
      return !Object.hasOwn(own, path) && (isCloud || profiles === undefined || !profiles.includes('cloud'));
    }),
  );
  return {
    test: kind.when === undefined ? undefined : whenTest(kind.when),
    class_uid: kind.class_uid,
    activity: (raw) => {
      const id = found(raw) ?? OTHER;
      return options?.has(String(id)) ? id : OTHER;
    },
    steps: [...stepsOf(own, facts), ...stepsOf(others, facts)],
    times: [...listOf(kind.time ?? []), ...listOf(spec.time)],
    isCloud: isCloud && facts.attributes.get('api')?.profiles?.includes('cloud') === true,
  };
}
