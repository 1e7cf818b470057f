/** Makes log sources of users' mapping files. They are asked before the built-in ones: what a user says of his own logs is meant. */
import { globTest } from '../core/mapping/condition.ts';
import type { FileMapping } from '../core/mapping/file.ts';
import { lineReading } from '../core/mapping/text-format.ts';
import { mappedSource } from './mapped.ts';
import type { Source } from './source.ts';

/** The source that a mapping file describes. @throws TypeError for a mapping that was not checked */
export function sourceOfMapping({ spec, format, keys }: FileMapping): Source {
  const source = mappedSource(spec);
  const hasKeys = keys.length > 0;
  const isOwn = keyTest(keys);
  // Where nothing is said of the records, their keys say it all.
  const recognizes = spec.match.length > 0 ? source.recognizes : () => true;
  const lines = lineReading(format, { isOurs: recognizes, hasKeys });
  // Text comes by lines alone: a JSON record that looks alike is somebody else's.
  const isJson = lines === undefined;
  return {
    ...source,
    isUsers: true,
    judgeKey: (key) => (hasKeys && isOwn(key) ? 'own' : undefined),
    ...(hasKeys ? { takesKey: isOwn } : {}),
    recognizes: isJson || spec.match.length > 0 ? recognizes : () => hasKeys,
    ...(lines === undefined ? {} : { lines }),
  };
}

/** The sources of the mappings, and then the built-in ones. */
export const withMappings = (mappings: readonly FileMapping[], sources: readonly Source[]): readonly Source[] =>
  mappings.length === 0 ? sources : [...mappings.map(sourceOfMapping), ...sources];

/** A pattern holds from the beginning of the key or of any folder in it, whatever the compression. */
function keyTest(patterns: readonly string[]): (key: string) => boolean {
  const tests = patterns
    .map((pattern) => pattern.replace(/^\/+/, ''))
    .flatMap((pattern) => [globTest(pattern), globTest(`*/${pattern}`)]);
  return (key) => {
    const plain = key.toLowerCase().replace(/\.(gz|zst)$/, '');
    return tests.some((test) => test(plain));
  };
}
