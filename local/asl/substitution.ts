/** A document with `${Name}` placeholders → the document with their values, as CloudFormation's DefinitionSubstitutions makes it. */
import { isJsonObject, type Json } from '../../functions/core/json.ts';

type Path = (string | number)[];

/** Replaces `${Name}` in every string value, as DefinitionSubstitutions does on the text. */
export function substitute(
  value: Json,
  map: Readonly<Record<string, string>>,
  problem: (path: Path, what: string) => void,
  path: Path,
): Json {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Za-z0-9_]+)\}/g, (whole, name: string) => {
      if (Object.hasOwn(map, name)) return map[name] ?? whole;
      problem(path, `the placeholder ${whole} has no value`);
      return whole;
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => substitute(item, map, problem, [...path, index]));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, map, problem, [...path, key])]));
}
