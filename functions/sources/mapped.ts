/** Makes a log source of a mapping: for products whose records are plain audit events, data instead of code. */
import { compileMapping } from '../core/mapping/compile.ts';
import type { MappingSpec } from '../core/mapping/spec.ts';
import type { Source } from './source.ts';

/** A source whose records are recognized and mapped as the specification says. */
export function mappedSource(spec: MappingSpec): Source {
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
    toOcsf,
  };
}
