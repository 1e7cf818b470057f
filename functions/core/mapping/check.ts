/** A mapping as its author wrote it → what the compiler takes: names become ids, and every attribute is one that the schema has. */
import type { Problem } from '../error.ts';
import { type AttributeFacts, type ClassFacts, classFacts, classUids } from '../ocsf/schema.ts';
import { type At, fieldsOf, optionOf, type Spot, suggestion } from './check-field.ts';
import type { MappingText } from './file.ts';
import type { Kind, Lookup, MappingSpec, When } from './spec.ts';

/** `spec` is whole only where there are no problems. */
export function checkedSpec(written: MappingText, at: At): { spec: MappingSpec; problems: Problem[] } {
  const problems: Problem[] = [];
  const classes = written.kinds.map((kind, i) => classOf(kind.class, at('kinds', i, 'class'), problems));
  const known = classes.filter((facts) => facts !== undefined);
  const kinds = written.kinds.map((kind, i): Kind => {
    const facts = classes[i];
    const here = facts === undefined ? [] : [facts];
    const activities = facts?.attributes.get('activity_id');
    return {
      ...(kind.when === undefined ? {} : { when: whenOf(kind.when) }),
      class_uid: facts?.uid ?? 0,
      ...(kind.activity === undefined || activities === undefined
        ? {}
        : {
            activity: activityOf(kind.activity, activities, { at: (...keys) => at('kinds', i, 'activity', ...keys), problems }),
          }),
      ...(kind.time === undefined ? {} : { time: kind.time }),
      ...(kind.fields === undefined
        ? {}
        : { fields: fieldsOf(kind.fields, here, { at: (...keys) => at('kinds', i, 'fields', ...keys), problems }) }),
    };
  });
  const open = written.kinds.findIndex((kind) => kind.when === undefined);
  if (open !== -1 && open < written.kinds.length - 1)
    problems.push({
      at: at('kinds', open + 1),
      what: 'no record comes here: the kind before takes all',
      fix: 'move the kind without when to the end',
    });
  if (open === -1)
    problems.push({
      at: at('kinds'),
      what: 'no kind for records that none of these fits',
      fix: 'add a last kind without when, such as {class: base_event}',
    });
  const severities = known[0]?.attributes.get('severity_id');
  const { title, product, match = [] } = written;
  const spec: MappingSpec = {
    id: written.id,
    title: typeof title === 'string' ? { en: title, ja: title } : title,
    product: { name: product.name, vendor_name: product.vendor },
    logsources: (written.logsources ?? [{ product: written.id }]).map((one) => ({ ...one }) as MappingSpec['logsources'][number]),
    match: (Array.isArray(match) ? match : [match]).map(whenOf),
    ...(written.caseless === true ? { caseless: true } : {}),
    time: written.time,
    ...(written.uid === undefined ? {} : { uid: written.uid }),
    ...(written.code === undefined ? {} : { code: written.code }),
    ...(written.severity === undefined || severities === undefined
      ? {}
      : { severity: lookupOf(written.severity, severities, { at: (...keys) => at('severity', ...keys), problems }) }),
    kinds,
    fields: known.length === 0 ? {} : fieldsOf(written.fields ?? {}, known, { at: (...keys) => at('fields', ...keys), problems }),
  };
  return { spec, problems };
}

const whenOf = (tests: Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>): When =>
  Object.fromEntries(
    Object.entries(tests).map(([path, test]) => [
      path,
      typeof test === 'boolean' ? test : typeof test === 'object' ? test.map(String) : String(test),
    ]),
  );

function classOf(wanted: string | number, at: string, problems: Problem[]): ClassFacts | undefined {
  const all = classUids()
    .map((uid) => classFacts(uid))
    .filter((facts) => facts !== undefined);
  const found = all.find(({ uid, name }) => uid === wanted || name === wanted);
  if (found !== undefined && !found.isDeprecated) return found;
  const names = all.filter(({ isDeprecated }) => !isDeprecated).map(({ name }) => name);
  problems.push({
    at,
    what: found === undefined ? `OCSF has no class "${wanted}"` : `the class ${found.name} is deprecated`,
    allowed: 'a class of OCSF 1.8.0 by name or number (https://schema.ocsf.io/1.8.0/classes)',
    fix: suggestion(String(wanted), names) ?? `for audit events of an application api_activity, for anything base_event`,
  });
  return undefined;
}

function activityOf(
  written: NonNullable<MappingText['kinds'][number]['activity']>,
  facts: AttributeFacts,
  spot: Spot,
): NonNullable<Kind['activity']> {
  if (typeof written === 'object') return lookupOf(written, facts, spot);
  return optionOf(written, facts, { at: spot.at(), problems: spot.problems });
}

function lookupOf(written: NonNullable<MappingText['severity']>, facts: AttributeFacts, { at, problems }: Spot): Lookup {
  const entries = Object.entries(written.table).map(([text, value]): [string, number] => [
    text,
    optionOf(value, facts, { at: at('table', text), problems }),
  ]);
  const otherwise = written.else === undefined ? {} : { else: optionOf(written.else, facts, { at: at('else'), problems }) };
  return { from: written.from, table: Object.fromEntries(entries), ...otherwise };
}
