/** The part of JSONPath that a Pass state needs: keys that end in `.$` hold a reference path to input, context or a variable. */
import { isJsonObject, type Json } from '../../functions/core/json.ts';
import { STATES_ERROR, StateFailure } from './failure.ts';

export interface PathScope {
  input: Json;
  context: Json;
  variables: Readonly<Record<string, Json>>;
}

/** @throws StateFailure States.Runtime for a path that leads nowhere or is more than a reference path */
export function resolvePathTemplate(template: Json, scope: PathScope): Json {
  if (Array.isArray(template)) return template.map((item) => resolvePathTemplate(item, scope));
  if (!isJsonObject(template)) return template;
  const entries = Object.entries(template).map(([key, item]): [string, Json] => {
    if (!key.endsWith('.$')) return [key, resolvePathTemplate(item, scope)];
    return [key.slice(0, -2), valueAtPath(typeof item === 'string' ? item : '', key, scope)];
  });
  return Object.fromEntries(entries);
}

/** InputPath or OutputPath: all of it by default, nothing (`{}`) for null. */
export function selectAt(path: string | null | undefined, field: string, scope: PathScope): Json {
  if (path === undefined) return scope.input;
  return path === null ? {} : valueAtPath(path, field, scope);
}

/** ResultPath: the result itself by default, the input alone for null, else the input with the result at a path of plain names. */
export function insertAt(input: Json, path: string | null | undefined, result: Json): Json {
  if (path === null) return input;
  if (path === undefined || path === '$') return result;
  const steps = path.split('.').slice(1);
  const insert = (into: Json | undefined, [key, ...rest]: string[]): Json =>
    key === undefined ? result : { ...(isJsonObject(into) ? into : {}), [key]: insert(ownValue(into, key), rest) };
  return insert(input, steps);
}

const STEP = /\.([\p{ID_Start}_][\p{ID_Continue}-]*)|\[(\d+)\]|\['([^']*)'\]/uy;

function valueAtPath(path: string, field: string, scope: PathScope): Json {
  const root = /^\$\$|^\$[\p{ID_Start}][\p{ID_Continue}]*|^\$/u.exec(path)?.[0];
  const start = root === '$' ? scope.input : root === '$$' ? scope.context : ownValue(scope.variables, root?.slice(1) ?? '');
  if (root === undefined) throw noValue(path, field);
  let at: Json | undefined = start;
  STEP.lastIndex = root.length;
  while (STEP.lastIndex < path.length) {
    const step = STEP.exec(path);
    if (step === null) throw noValue(path, field);
    const index = step[2];
    at = index === undefined ? ownValue(at, step[1] ?? step[3] ?? '') : Array.isArray(at) ? at[Number(index)] : undefined;
  }
  if (at === undefined) throw noValue(path, field);
  return at;
}

const ownValue = (object: unknown, key: string): Json | undefined =>
  isJsonObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;

const noValue = (path: string, field: string): StateFailure =>
  new StateFailure({
    error: STATES_ERROR.runtime,
    cause: `The JSONPath '${path}' specified for the field '${field}' could not be found in the input`,
  });
