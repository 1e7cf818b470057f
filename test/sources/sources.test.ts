/** Every source's samples become valid OCSF events that say all that the records said. */
import { describe, expect, it } from 'vitest';
import { validateEvent } from '../../functions/core/ocsf/validate.ts';
import { SOURCES, sourceById } from '../../functions/sources/index.ts';
import { leavesOf, lostLeaves, NOW_MS, readableJson, samplesOf, withLeafChanged } from './samples.ts';

/**
 * Warnings that we accept. Both attributes were superseded, but queries published for Amazon Security Lake read them:
 * `actor.user.credential_uid` (since 1.6) and `actor.invoked_by` (since 1.2).
 */
const ALLOWED_WARNINGS = new Set([
  'deprecated actor.user.credential_uid',
  'deprecated user.credential_uid',
  'deprecated actor.invoked_by',
  'deprecated evidences[].actor.user.credential_uid',
]);

it('every source has a unique id that is its folder, and is found by it', () => {
  expect(new Set(SOURCES.map(({ id }) => id)).size).toBe(SOURCES.length);
  for (const source of SOURCES) expect(sourceById(source.id)).toBe(source);
  expect(sourceById('nobody')).toBeUndefined();
  expect(sourceById('__proto__')).toBeUndefined();
});

it('no source claims a key that is not its own', () => {
  const foreign = [
    'AWSLogs/111122223333/a-service-of-tomorrow/ap-northeast-1/2025/03/04/111122223333_x.log.gz',
    'billing/2025/03/04/costs.jsonl',
    'notes.txt',
    '',
    '/',
    'AWSLogs/',
    '__proto__',
  ];
  for (const source of SOURCES)
    for (const key of foreign) expect([source.id, key, source.judgeKey(key)]).toEqual([source.id, key, undefined]);
});

for (const source of SOURCES) {
  describe(source.id, () => {
    const samples = samplesOf(source.id);

    it('has samples', () => expect(samples.length).toBeGreaterThanOrEqual(5));

    for (const { name, record, goldenPath } of samples) {
      describe(name, () => {
        const event = source.toOcsf(record, { nowMs: NOW_MS });
        const stored = JSON.parse(JSON.stringify(event));

        it('becomes the golden event', async () => {
          const text = `${readableJson(event)}\n`;
          expect(text.split('\n').length).toBeLessThanOrEqual(100);
          await expect(text).toMatchFileSnapshot(goldenPath);
        });

        it('is valid OCSF of a class that the source declares, without a warning that we do not know', () => {
          const issues = validateEvent(stored).filter(({ kind, path }) => !ALLOWED_WARNINGS.has(`${kind} ${path}`));
          expect(issues).toEqual([]);
          expect(source.classes).toContain(event.class_uid);
        });

        it('loses no value', () => expect(lostLeaves(record, stored)).toEqual([]));

        it('changes whenever any value of the record changes', () => {
          const before = JSON.stringify(event);
          const silent = leavesOf(record).flatMap((_, n) => {
            const changed = withLeafChanged(record, n);
            const isSilent = changed !== undefined && JSON.stringify(source.toOcsf(changed.record, { nowMs: NOW_MS })) === before;
            return isSilent ? [changed.path] : [];
          });
          expect(silent).toEqual([]);
        });

        it('is recognised as this source and no other, and left as it was', () => {
          const before = JSON.stringify(record);
          expect(SOURCES.filter((other) => other.recognizes(record)).map(({ id }) => id)).toEqual([source.id]);
          expect(source.judgeRecord?.(record)).toBeUndefined();
          source.toOcsf(record, { nowMs: NOW_MS });
          expect(JSON.stringify(record)).toBe(before);
        });
      });
    }
  });
}
