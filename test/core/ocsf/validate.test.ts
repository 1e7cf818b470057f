/** The validator finds each kind of fault that OCSF 1.8.0 knows, and nothing in a clean event. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../functions/core/json.ts';
import { errorsOf, validateEvent } from '../../../functions/core/ocsf/validate.ts';
import { changed, MUTATIONS } from './mutations.ts';
import { cleanEvent } from './sample-event.ts';

describe('validateEvent', () => {
  it('finds nothing in a clean event', () => expect(validateEvent(cleanEvent())).toEqual([]));

  for (const [path, value, kind, at] of MUTATIONS) {
    it(`reports ${kind} where ${path} is ${JSON.stringify(value)?.slice(0, 60) ?? 'missing'}`, () => {
      const issues = validateEvent(changed(path, value));
      expect(issues).toContainEqual(expect.objectContaining({ kind, path: at }));
      for (const issue of issues) expect(issue.message).not.toBe('');
    });
  }

  it('counts a deprecated attribute as a warning, so that the event stays valid', () => {
    const issues = validateEvent(changed('actor.user.credential_uid', 'AKIAIOSFODNN7EXAMPLE'));
    expect(issues.map(({ isWarning }) => isWarning)).toEqual([true]);
    expect(errorsOf(issues)).toEqual([]);
  });

  it.each([[null], ['text'], [[]], [42], [undefined]])('reports %j as no event', (value) => {
    expect(errorsOf(validateEvent(value))).toHaveLength(1);
  });

  it('lets anything be in an open object', () => expect(validateEvent(changed('unmapped', { a: { b: [1, null] } }))).toEqual([]));

  it('lets an observable point into an open object', () => {
    expect(validateEvent(changed('observables.0.name', 'unmapped.any.path'))).toEqual([]);
  });

  it('does not read an attribute from the prototype', () => {
    const event: JsonObject = JSON.parse(JSON.stringify(cleanEvent()).replace('"actor"', '"__proto__"'));
    expect(errorsOf(validateEvent(event)).map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'missing_required actor',
      'unknown_attribute __proto__',
    ]);
  });

  it('stops at a process chain without end instead of overflowing the stack', () => {
    let process: JsonObject = { pid: 1 };
    for (let i = 0; i < 20_000; i++) process = { pid: 1, parent_process: process };
    expect(errorsOf(validateEvent(changed('actor.process', process))).map(({ kind }) => kind)).toEqual(['wrong_type']);
  });

  it('needs only one of a constraint of an Authentication: service or destination', () => {
    const event: JsonObject = { ...cleanEvent(), class_uid: 3002, type_uid: 300_202, category_uid: 3, user: { name: 'alice' } };
    for (const key of ['class_name', 'category_name', 'activity_name', 'type_name', 'resources', 'observables'])
      delete event[key];
    expect(errorsOf(validateEvent(event))).toEqual([]);
    delete event['dst_endpoint'];
    expect(errorsOf(validateEvent(event)).map(({ kind }) => kind)).toEqual(['constraint']);
  });
});
