/** A secret that is a JSON object → its fields, or an error that says which is missing and nothing of what is there. */
import { YaguraError } from '../../core/error.ts';
import { jsonObjectIn } from '../told.ts';

/** @throws YaguraError BadConfig naming what is missing */
export function secretFields<Name extends string>(secret: string, names: readonly Name[]): Record<Name, string> {
  const object = jsonObjectIn(secret) ?? {};
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (typeof value === 'string' && value !== '') found[name] = value;
    else if (typeof value === 'number') found[name] = String(value);
  }
  if (hasAll(found, names)) return found;
  const missing = names.filter((name) => found[name] === undefined);
  const form = `{${names.map((name) => `"${name}": "…"`).join(', ')}}`;
  throw new YaguraError('BadConfig', `the secret lacks ${missing.join(', ')}`, {
    problems: [{ what: `the secret lacks ${missing.join(', ')}`, allowed: `a JSON object ${form}`, fix: `store it as ${form}` }],
  });
}

const hasAll = <Name extends string>(
  found: Partial<Record<Name, string>>,
  names: readonly Name[],
): found is Record<Name, string> => names.every((name) => found[name] !== undefined);
