/** Gives DuckDB what Trino's JSON_QUERY … WITH ARRAY WRAPPER does with plain lax paths: every item on the path, as one JSON list. */
import { VARCHAR as DUCK_VARCHAR, DuckDBScalarFunction } from '@duckdb/node-api';

/** A member's name, or null for `[*]`. */
type Step = string | null;

const STEP = /\[\*\]|\."((?:[^"\\]|\\.)*)"|\.([A-Za-z_][A-Za-z0-9_]*)/g;
/** Paths are literals of queries: few. */
const REMEMBERED = 2_000;
const steps = new Map<string, readonly Step[]>();

function stepsOf(path: string): readonly Step[] {
  const known = steps.get(path);
  if (known !== undefined) return known;
  const made = [...path.matchAll(STEP)].map(([, quoted, plain]) => quoted?.replace(/\\(.)/g, '$1') ?? plain ?? null);
  if (steps.size >= REMEMBERED) steps.clear();
  steps.set(path, made);
  return made;
}

/** In lax mode a member of a list is the member of its items, and `[*]` of what is no list is the thing itself. */
function itemsAt(root: unknown, path: readonly Step[]): unknown[] {
  let items = [root];
  for (const step of path) {
    const open = items.flatMap((item): unknown[] => (Array.isArray(item) ? item : [item]));
    items = step === null ? open : open.flatMap((item) => memberOf(item, step));
  }
  return items;
}

const memberOf = (item: unknown, name: string): unknown[] =>
  typeof item === 'object' && item !== null && !Array.isArray(item) && Object.hasOwn(item, name)
    ? [(item as Readonly<Record<string, unknown>>)[name]]
    : [];

/** JSON text of the list of items; undefined where there are none, or where the text is no JSON. */
export function jsonItems(text: string, path: string): string | undefined {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return undefined;
  }
  const items = itemsAt(root, stepsOf(path));
  return items.length === 0 ? undefined : JSON.stringify(items);
}

/** `trino_json_items(text, path)`. */
export const jsonItemsFunction = () =>
  DuckDBScalarFunction.create({
    name: 'trino_json_items',
    parameterTypes: [DUCK_VARCHAR, DUCK_VARCHAR],
    returnType: DUCK_VARCHAR,
    mainFunction(_, input, output) {
      const [texts, paths] = [input.getColumnVector(0), input.getColumnVector(1)];
      for (let row = 0; row < input.rowCount; row++) {
        const [text, path] = [texts.getItem(row), paths.getItem(row)];
        output.setItem(row, typeof text === 'string' && typeof path === 'string' ? (jsonItems(text, path) ?? null) : null);
      }
      output.flush();
    },
  });
