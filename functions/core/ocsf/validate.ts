/** Turns an event into the list of what OCSF 1.8.0 says against it: table-driven, no event can make it throw. */
import { isJsonObject, type JsonObject } from '../json.ts';
import { OCSF_VERSION } from './event.ts';
import { type AttributeFacts, type ClassFacts, classFacts, type ItemFacts, isProfile, objectFacts } from './schema.ts';
import { checkScalar } from './validate-value.ts';

/** Kinds that make an event invalid. */
export const ERROR_KINDS = [
  'missing_required',
  'unknown_attribute',
  'wrong_type',
  'enum_unknown',
  'type_uid_mismatch',
  'constraint',
  'class_unknown',
  'out_of_range',
  'too_long',
  'observable_ref',
] as const;
/** Kinds that a careful producer avoids, though the event stays valid. */
export const WARNING_KINDS = [
  'deprecated',
  'profile_undeclared',
  'profile_unknown',
  'sibling_mismatch',
  'format',
  'version_mismatch',
  'int32_overflow',
  'time_unit',
] as const;
export type IssueKind = (typeof ERROR_KINDS)[number] | (typeof WARNING_KINDS)[number];

export interface OcsfIssue {
  kind: IssueKind;
  /** True where the event is valid all the same. */
  isWarning: boolean;
  /** Attribute path, `[]` for list items; empty for the event itself. */
  path: string;
  /** What was found, and what would be allowed. */
  message: string;
}

const WARNINGS: ReadonlySet<string> = new Set(WARNING_KINDS);
/** Deeper than any real event; OCSF objects may nest in themselves (`process.parent_process`). */
const MAX_DEPTH = 40;

export type Report = (kind: IssueKind, path: string, message: string) => void;
interface Walk {
  readonly report: Report;
  readonly profiles: ReadonlySet<unknown>;
}

const has = (value: JsonObject, key: string): boolean =>
  Object.hasOwn(value, key) && value[key] !== undefined && value[key] !== null;

/** All that is wrong with an event, errors and warnings; an empty list means valid and clean. */
export function validateEvent(event: unknown): OcsfIssue[] {
  const issues: OcsfIssue[] = [];
  const report: Report = (kind, path, message) => issues.push({ kind, isWarning: WARNINGS.has(kind), path, message });
  if (!isJsonObject(event)) report('wrong_type', '', 'the event is not an object');
  else if (!has(event, 'class_uid')) report('missing_required', 'class_uid', 'every event names its class');
  else checkEvent(event, report);
  return issues;
}

/** Only what makes the event invalid. */
export const errorsOf = (issues: readonly OcsfIssue[]): OcsfIssue[] => issues.filter((issue) => !issue.isWarning);

function checkEvent(event: JsonObject, report: Report): void {
  const uid = event['class_uid'];
  const facts = typeof uid === 'number' ? classFacts(uid) : undefined;
  if (facts === undefined) {
    report('class_unknown', 'class_uid', `${JSON.stringify(uid)} is no class of OCSF ${OCSF_VERSION}`);
    return;
  }
  if (facts.isDeprecated) report('deprecated', '', `class ${facts.name}`);
  const metadata = event['metadata'];
  const declared = isJsonObject(metadata) && Array.isArray(metadata['profiles']) ? metadata['profiles'] : [];
  for (const name of declared) {
    if (typeof name !== 'string' || !isProfile(name)) report('profile_unknown', 'metadata.profiles', JSON.stringify(name));
  }
  const walk: Walk = { report, profiles: new Set(declared) };
  checkItem(walk, event, { facts, path: '', depth: 0 });
  checkDerived(event, facts, report);
  if (isJsonObject(metadata) && typeof metadata['version'] === 'string' && metadata['version'] !== OCSF_VERSION)
    report('version_mismatch', 'metadata.version', `${metadata['version']}, not ${OCSF_VERSION}`);
  checkObservables(event, facts, report);
}

interface Place {
  facts: ItemFacts;
  path: string;
  depth: number;
}

function checkItem(walk: Walk, value: JsonObject, { facts, path, depth }: Place): void {
  if (facts.attributes.size === 0) return;
  const prefix = path === '' ? '' : `${path}.`;
  if (depth > MAX_DEPTH) {
    walk.report('wrong_type', path, `nested deeper than ${MAX_DEPTH} levels`);
    return;
  }
  for (const attribute of facts.required) {
    if (!has(value, attribute.name) && isOn(attribute, walk))
      walk.report('missing_required', prefix + attribute.name, `${facts.name} requires it`);
  }
  for (const key of Object.keys(value)) {
    const at = value[key];
    if (at === undefined) continue;
    const attribute = facts.attributes.get(key);
    if (attribute === undefined) walk.report('unknown_attribute', prefix + key, `${facts.name} has no such attribute`);
    else if (at !== null) checkAttribute(walk, attribute, { holder: value, path: prefix + key, depth });
  }
  checkConstraints(value, facts, path, walk.report);
}

const isOn = (attribute: AttributeFacts, walk: Walk): boolean =>
  attribute.profiles === undefined || attribute.profiles.some((name) => walk.profiles.has(name));

interface Spot {
  holder: JsonObject;
  path: string;
  depth: number;
}

function checkAttribute(walk: Walk, attribute: AttributeFacts, { holder, path, depth }: Spot): void {
  const value = holder[attribute.name];
  if (!isOn(attribute, walk)) walk.report('profile_undeclared', path, `belongs to ${attribute.profiles?.join(' or ')}`);
  if (attribute.isDeprecated) walk.report('deprecated', path, 'attribute');
  if (attribute.isArray && !Array.isArray(value)) {
    walk.report('wrong_type', path, `must be a list of ${attribute.object ?? attribute.type}`);
    return;
  }
  if (attribute.isArray && Array.isArray(value)) {
    for (const entry of value) checkValue(walk, attribute, entry, { holder, path: `${path}[]`, depth });
  } else checkValue(walk, attribute, value, { holder, path, depth });
  if (attribute.options !== undefined) checkEnum(walk.report, attribute, holder, path);
}

function checkValue(walk: Walk, attribute: AttributeFacts, value: unknown, { path, depth }: Spot): void {
  if (value === null || value === undefined) return;
  if (attribute.object === undefined) {
    checkScalar(walk.report, attribute.type, value, path);
    return;
  }
  if (!isJsonObject(value)) {
    walk.report('wrong_type', path, `must be an object ${attribute.object}`);
    return;
  }
  const facts = objectFacts(attribute.object);
  if (facts === undefined) {
    walk.report('wrong_type', path, `the schema has no object ${attribute.object}`);
    return;
  }
  if (facts.isDeprecated) walk.report('deprecated', path, `object ${facts.name}`);
  checkItem(walk, value, { facts, path, depth: depth + 1 });
}

/** A value must be one of the options; its sibling must be the option's caption, except beside 99 (Other). */
function checkEnum(report: Report, attribute: AttributeFacts, holder: JsonObject, path: string): void {
  const value = holder[attribute.name];
  const captions = attribute.sibling === undefined ? undefined : holder[attribute.sibling];
  const values = Array.isArray(value) ? value : [value];
  for (const [i, entry] of values.entries()) {
    if (entry === null || entry === undefined || typeof entry === 'object') continue;
    const caption = attribute.options?.get(String(entry));
    if (caption === undefined) {
      report('enum_unknown', path, JSON.stringify(entry));
      continue;
    }
    if (attribute.deprecatedOptions.includes(String(entry))) report('deprecated', path, `value ${String(entry)}`);
    const sibling = Array.isArray(value) ? (Array.isArray(captions) ? captions[i] : undefined) : captions;
    if (sibling !== undefined && sibling !== null && entry !== 99 && sibling !== caption)
      report('sibling_mismatch', siblingPath(path, attribute), `${JSON.stringify(sibling)}, but ${String(entry)} is ${caption}`);
  }
}

const siblingPath = (path: string, attribute: AttributeFacts): string =>
  path.slice(0, path.length - attribute.name.length) + (attribute.sibling ?? '');

function checkConstraints(value: JsonObject, facts: ItemFacts, path: string, report: Report): void {
  for (const { kind, keys } of facts.constraints) {
    const present = keys.filter((key) => hasPath(value, key.split('.'))).length;
    if (kind === 'at_least_one' ? present < 1 : kind === 'just_one' && present !== 1)
      report('constraint', path, `${facts.name} needs ${kind} of ${keys.join(', ')}`);
  }
}

/** Like `has`, along a path; in a list, one item that has the rest is enough. */
function hasPath(value: unknown, keys: readonly string[]): boolean {
  const [key, ...rest] = keys;
  if (key === undefined) return true;
  if (Array.isArray(value)) return value.some((entry) => hasPath(entry, keys));
  return isJsonObject(value) && has(value, key) && hasPath(value[key], rest);
}

/** The values that follow from class and activity. Their options differ for each class, so they are computed. */
function checkDerived(event: JsonObject, facts: ClassFacts, report: Report): void {
  const { class_uid, class_name, category_uid, category_name, activity_id, type_uid, type_name } = event;
  const activity = facts.attributes.get('activity_id')?.options;
  const typeActivity = Number.isInteger(type_uid) ? String(Number(type_uid) - facts.uid * 100) : undefined;
  const caption = typeActivity === undefined ? undefined : activity?.get(typeActivity);
  if (typeActivity !== undefined && caption === undefined) report('enum_unknown', 'type_uid', String(type_uid));
  if (Number.isInteger(activity_id) && Number.isInteger(type_uid) && type_uid !== Number(class_uid) * 100 + Number(activity_id))
    report(
      'type_uid_mismatch',
      'type_uid',
      `${String(type_uid)}, but ${String(class_uid)} × 100 + ${String(activity_id)} is expected`,
    );
  if (typeof category_uid === 'number' && category_uid !== facts.categoryUid)
    report('enum_unknown', 'category_uid', `${category_uid}, but ${facts.caption} is of category ${facts.categoryUid}`);
  const differs = (name: string, found: unknown, expected: string): void => {
    if (found !== undefined && found !== null && found !== expected)
      report('sibling_mismatch', name, `${JSON.stringify(found)}, not ${expected}`);
  };
  differs('class_name', class_name, facts.caption);
  if (category_uid === facts.categoryUid) differs('category_name', category_name, facts.categoryCaption);
  if (caption !== undefined) differs('type_name', type_name, `${facts.caption}: ${caption}`);
}

function checkObservables(event: JsonObject, facts: ClassFacts, report: Report): void {
  const observables = event['observables'];
  if (!Array.isArray(observables)) return;
  for (const observable of observables) {
    const name = isJsonObject(observable) ? observable['name'] : undefined;
    if (typeof name === 'string' && !isReference(name, facts)) report('observable_ref', 'observables[].name', name);
  }
}

/** True where a path (`resources[].uid`) leads to an attribute of the class. */
export function isReference(path: string, facts: ItemFacts): boolean {
  let at: ItemFacts | undefined = facts;
  const steps = path.split(/\.(?![^[]*\])/);
  for (const [i, step] of steps.entries()) {
    const [, name, index] = /^([^[]+)(\[.*\])?$/.exec(step) ?? [];
    const attribute: AttributeFacts | undefined = at?.attributes.get(name ?? '');
    if (attribute === undefined) return at !== undefined && at.attributes.size === 0;
    if (index !== undefined && !attribute.isArray) return false;
    if (i === steps.length - 1) return true;
    if (attribute.object === undefined) return attribute.type === 'json_t';
    at = objectFacts(attribute.object);
  }
  return false;
}
