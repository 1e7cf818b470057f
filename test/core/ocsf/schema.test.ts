/** The generated facts are whole: every row decodes, every reference leads somewhere. */
import { expect, it } from 'vitest';
import { OCSF_VERSION } from '../../../functions/core/ocsf/event.ts';
import { ATTRIBUTES, ENUMS, FACTS_VERSION, OBJECTS, TYPES } from '../../../functions/core/ocsf/facts.generated.ts';
import { captionOf, classFacts, classUids, type ItemFacts, objectFacts, typeFacts } from '../../../functions/core/ocsf/schema.ts';

it('the facts are of the version that events name', () => expect(FACTS_VERSION).toBe(OCSF_VERSION));

it('has the classes and objects of OCSF 1.8.0', () => {
  expect(classUids()).toHaveLength(83);
  expect(classUids().filter((uid) => classFacts(uid)?.isDeprecated)).toHaveLength(23);
  expect(OBJECTS.length).toBeGreaterThan(150);
  expect(classFacts(6003)).toMatchObject({ name: 'api_activity', caption: 'API Activity', categoryUid: 6 });
  expect(classFacts(12_345)).toBeUndefined();
  expect(objectFacts('nothing')).toBeUndefined();
});

it('every line decodes and every object and type that an attribute names is there', () => {
  for (const line of [...ATTRIBUTES, ...ENUMS, ...TYPES]) expect(() => JSON.parse(line)).not.toThrow();
  const types = new Set(TYPES.map((line) => JSON.parse(line)[0]));
  const items: (ItemFacts | undefined)[] = classUids().map(classFacts);
  items.push(...OBJECTS.map((line) => objectFacts(JSON.parse(line)[0])));
  for (const item of items) {
    expect(item).toBeDefined();
    for (const attribute of item?.attributes.values() ?? []) {
      if (attribute.object === undefined) expect(types).toContain(attribute.type);
      else expect([attribute.object, objectFacts(attribute.object) !== undefined]).toEqual([attribute.object, true]);
      if (attribute.sibling !== undefined && attribute.options !== undefined)
        expect([...(item?.attributes.keys() ?? [])]).toContain(attribute.sibling);
    }
  }
});

it('knows captions, and nothing of names that every object has', () => {
  expect(captionOf(objectFacts('observable'), 'type_id', 2)).toBe('IP Address');
  expect(captionOf(objectFacts('observable'), 'type_id', 'constructor')).toBeUndefined();
  expect(captionOf(objectFacts('observable'), 'toString', 1)).toBeUndefined();
  expect(objectFacts('constructor')).toBeUndefined();
});

it('a port keeps the range of its type', () =>
  expect(typeFacts('port_t')).toMatchObject({ base: 'integer_t', range: [0, 65_535] }));
