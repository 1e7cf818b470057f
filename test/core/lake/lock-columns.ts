/** Writes the types of the lake's columns to `columns.lock.txt`, after they grew. */
import { writeFileSync } from 'node:fs';
import { TABLES } from '../../../functions/core/lake/tables.ts';
import { glueType } from '../../../functions/core/lake/types.ts';

const lines = new Set(TABLES.flatMap((table) => table.columns.map(({ name, type }) => `${name} ${glueType(type)}`)));
writeFileSync(new URL('./columns.lock.txt', import.meta.url), `${[...lines].sort().join('\n')}\n`);
