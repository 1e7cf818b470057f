/** Makes a log source of a mapping: for products whose records are plain audit events, data instead of code. */
import type { JsonObject } from '../core/json.ts';
import { compileMapping } from '../core/mapping/compile.ts';
import type { MappingSpec } from '../core/mapping/spec.ts';
import type { LineFormat, Source } from './source.ts';

/** A format of lines that are read alone: what one line is, or undefined where it is none. */
export const lineFormat = (read: (line: string) => JsonObject | undefined, isHeader?: (line: string) => boolean): LineFormat => ({
  recognizesLine: (line) => isHeader?.(line) === true || read(line) !== undefined,
  open: () => ({
    read: (line) => {
      if (isHeader?.(line) === true) return 'header';
      const record = read(line);
      return record === undefined ? undefined : { record };
    },
  }),
});

/** A source whose records are recognized and mapped as the specification says. */
export function mappedSource(spec: MappingSpec, lines?: LineFormat): Source {
  const { classes, recognizes, toOcsf } = compileMapping(spec);
  const { keys, skips = [] } = spec;
  return {
    id: spec.id,
    title: spec.title,
    arrivals: spec.arrivals ?? ['object'],
    eventPatterns: spec.eventPatterns ?? [],
    logsources: spec.logsources,
    classes,
    judgeKey: (key) => {
      const skip = skips.find((one) => one.key.test(key));
      if (skip !== undefined) return { skip: skip.reason };
      return keys?.test(key) ? 'own' : undefined;
    },
    recognizes,
    ...(lines === undefined ? {} : { lines }),
    toOcsf,
  };
}
