/** The JSON value types that raw records, OCSF events and ASL data share. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** True for a plain JSON object: neither null nor an array. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** The value at a dotted path, or undefined where any step is missing. Never reads the prototype. */
export function valueAt(root: unknown, path: string): Json | undefined {
  let at: unknown = root;
  for (const key of path.split('.')) {
    if (!isJsonObject(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at as Json | undefined;
}
