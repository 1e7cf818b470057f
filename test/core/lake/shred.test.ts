import * as fc from 'fast-check';
import { parquetSchema } from 'hyparquet';
import { encodeNestedValues } from 'hyparquet-writer/src/dremel.js';
import { describe, expect, it } from 'vitest';
import { conformRow } from '../../../functions/core/lake/conform.ts';
import { parquetColumns } from '../../../functions/core/lake/parquet-schema.ts';
import { shred } from '../../../functions/core/lake/shred.ts';
import { tableForClass } from '../../../functions/core/lake/tables.ts';
import { eventOf } from './arbitrary-event.ts';

const context = { rawRef: { key: 'raw/a.gz', line: 3, sha256: 'ab', bytes: 10 }, ingestTimeMs: Date.UTC(2026, 6, 1) };

type Tree = ReturnType<typeof parquetSchema>;
/** The paths to the leaves of a schema tree, in order. */
const pathsOf = (node: Tree, above: Tree[] = []): Tree[][] =>
  node.children.length === 0 ? [[...above, node]] : node.children.flatMap((child) => pathsOf(child, [...above, node]));

describe('the shredded columns', () => {
  it.each([6003, 2004, 4001])('are those that the library makes, leaf by leaf, class %i', (classUid) => {
    const table = tableForClass(classUid);
    const { schema } = parquetColumns(table);
    const paths = pathsOf(parquetSchema({ schema }));
    fc.assert(
      fc.property(fc.array(eventOf(table), { minLength: 1, maxLength: 6 }), (events) => {
        const rows = events.map((event) => conformRow(table, event, context));
        const leaves = shred(schema, rows);
        expect(leaves).toHaveLength(paths.length);
        for (const [index, path] of paths.entries()) {
          const name = path[1]?.element.name ?? '';
          const expected = encodeNestedValues(
            path,
            rows.map((row) => row[name]),
          );
          const leaf = leaves[index];
          expect(leaf?.path.map((element) => element.name)).toEqual(path.map(({ element }) => element.name));
          expect(leaf?.values.map((value) => value ?? null)).toEqual(
            Array.from(expected.values, (value: unknown) => value ?? null),
          );
          expect(leaf?.definitionLevels).toEqual(expected.definitionLevels);
          expect(leaf?.maxDefinitionLevel).toBe(expected.maxDefinitionLevel);
          if (leaf?.isRepeated) expect(leaf.repetitionLevels).toEqual(expected.repetitionLevels);
          else expect(leaf?.repetitionLevels).toEqual([]);
        }
      }),
      { numRuns: 8, seed: 11 },
    );
  });
});
