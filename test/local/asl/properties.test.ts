/** What must hold for every input, whatever it is. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../functions/core/json.ts';
import { readJson } from '../../../local/asl/json-text.ts';
import { lintMachine } from '../../../local/asl/lint.ts';
import { laboratory, machineOf } from './laboratory.ts';

const anyJson = fc.jsonValue({ maxDepth: 4 }).map((value): Json => JSON.parse(JSON.stringify(value)));
const hostileKey = fc.constantFrom('__proto__', 'constructor', 'toString', '', '{% 1 %}', 'a.$');
const hostile = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json>(null, '{% $states %}', '$.a', 1e308, ''),
    fc.array(tie('value')),
    fc.array(fc.tuple(hostileKey, tie('value'))).map((entries): JsonObject => Object.fromEntries(entries)),
  ),
})).value;

test('any input goes through variables, branches, items and the store unchanged', async () => {
  const machine = machineOf({
    Keep: { Type: 'Pass', Assign: { kept: { it: '{% $states.input.it %}' } }, Next: 'Both' },
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Same', States: { Same: { Type: 'Pass', End: true } } },
        { StartAt: 'Kept', States: { Kept: { Type: 'Pass', Output: '{% $kept %}', End: true } } },
      ],
      Next: 'Each',
    },
    Each: { Type: 'Map', ItemProcessor: { StartAt: 'Item', States: { Item: { Type: 'Pass', End: true } } }, End: true },
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyJson, hostile), async (it) => {
      const { output } = await laboratory(machine).run({ it });
      expect(JSON.stringify(output)).toBe(JSON.stringify([{ it }, { it }]));
    }),
    { numRuns: 60 },
  );
});

test('any document is linted without an exception', () => {
  const states = fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom('A', 'B')),
    fc.oneof(
      anyJson,
      fc.record(
        {
          Type: fc.constantFrom('Pass', 'Task', 'Choice', 'Wait', 'Parallel', 'Map', 'Fail', 'X'),
          Next: fc.constantFrom('A', 'B'),
          Output: anyJson,
          Catch: anyJson,
          Choices: anyJson,
          Branches: anyJson,
          ItemProcessor: anyJson,
          Assign: anyJson,
          Retry: anyJson,
        },
        { requiredKeys: ['Type'] },
      ),
    ),
  );
  const document = fc.record({
    StartAt: fc.constantFrom<Json>('A', 'B', 3),
    States: states,
    QueryLanguage: fc.constantFrom('JSONata', 'JSONPath'),
  });
  fc.assert(
    fc.property(document, (machine) => {
      expect(Array.isArray(lintMachine(JSON.stringify(machine)))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('the place of every key is the place where the text has it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), anyJson, { minKeys: 1 }), fc.nat(3), (object, indent) => {
      const text = JSON.stringify(object, null, indent);
      const read = readJson(text);
      for (const key of Object.keys(object)) {
        const { line, column } = read.placeOf([key]);
        expect(
          text
            .split('\n')
            [line - 1]?.slice(column - 1)
            .startsWith(JSON.stringify(key)),
        ).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});
