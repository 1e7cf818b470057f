/** Raw paths of mappings with a choice among the items of a list: `target[type=User].id`, `Parameters[Name=Identity].Value`, `target[0].id`, `addresses[0]`. */
import { isJsonObject, type Json } from '../json.ts';
import { RawRecord } from '../ocsf/raw-record.ts';
import { globTest } from './condition.ts';

/** Where to read: a reader, and the path below it. Undefined where no item fits. */
export type Place = (raw: RawRecord) => { raw: RawRecord; path: string } | undefined;

const CHOICE = /^([^[\]]+)\[(?:(\d+)|([^=[\]]+)=([^\]]*))\]\.(.+)$/;
/** An item of a list that is no object. The list stays in `unmapped` unless a field takes it whole. */
const ITEM = /^([^[\]]+)\[(\d+)\]$/;
const MAX_ITEMS = 200;

/** The value at such a path, of which nothing is taken. */
export function peekOf(path: string): (raw: RawRecord) => Json | undefined {
  const match = CHOICE.exec(path) ?? ITEM.exec(path);
  if (match === null) return (raw) => raw.value(path);
  const [, list = '', index, key = '', pattern = '', rest] = match;
  const inner = rest === undefined ? undefined : peekOf(rest);
  const test = globTest(pattern);
  const fits = (item: Json): boolean => {
    const value = isJsonObject(item) ? item[key] : undefined;
    return typeof value === 'string' && test(value.toLowerCase());
  };
  return (raw) => {
    const items = raw.value(list);
    if (!Array.isArray(items)) return undefined;
    const item = index === undefined ? items.slice(0, MAX_ITEMS).find(fits) : items[Number(index)];
    if (inner === undefined || item === undefined) return item;
    return isJsonObject(item) ? inner(new RawRecord(item)) : undefined;
  };
}

/** The place that a path means; a path without brackets is its own. */
export function placeOf(path: string): Place {
  const item = ITEM.exec(path);
  if (item !== null) return itemOf(item[1] ?? '', Number(item[2]));
  const match = CHOICE.exec(path);
  if (match === null) return (raw) => ({ raw, path });
  const [, list = '', index, key = '', pattern = '', rest = ''] = match;
  const inner = placeOf(rest);
  const test = globTest(pattern);
  const fits = (item: RawRecord): boolean => {
    const value = item.value(key);
    return typeof value === 'string' && test(value.toLowerCase());
  };
  return (raw) => {
    const items = raw.items(list).slice(0, MAX_ITEMS);
    const item = index === undefined ? items.find(fits) : items[Number(index)];
    return item === undefined ? undefined : inner(item);
  };
}

function itemOf(list: string, index: number): Place {
  return (raw) => {
    const items = raw.value(list);
    const item = Array.isArray(items) ? items[index] : undefined;
    return item === undefined ? undefined : { raw: new RawRecord({ item }), path: 'item' };
  };
}
