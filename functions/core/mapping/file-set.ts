/** The mapping files of a folder → their mappings in the order of their names, or everything that is wrong with any of them. */
import { type Problem, YaguraError } from '../error.ts';
import { type FileMapping, parseMapping } from './file.ts';

export interface MappingFile {
  /** How problems name it. */
  file: string;
  text: string;
}

/** A larger file is no mapping; it would only cost memory. */
const MAX_CHARS = 1024 * 1024;

/** True for the names of mapping files. Those in subfolders are not read: examples, drafts. */
export const isMappingName = (name: string): boolean => /^[^./\\][^/\\]*\.ya?ml$/i.test(name);

/**
 * @param takenIds of the built-in sources
 * @throws YaguraError BadContent with every problem of every file
 */
export function parseMappings(files: readonly MappingFile[], takenIds: readonly string[]): FileMapping[] {
  const problems: Problem[] = [];
  const mappings: FileMapping[] = [];
  const taken = new Map(takenIds.map((id) => [id, 'a built-in source']));
  for (const { file, text } of [...files].sort((a, b) => (a.file < b.file ? -1 : 1))) {
    if (text.length > MAX_CHARS) {
      problems.push({
        at: file,
        what: `has ${text.length} characters`,
        allowed: `at most ${MAX_CHARS}`,
        fix: 'this is no mapping file',
      });
      continue;
    }
    const { mapping, problems: own } = parseMapping(text, file);
    problems.push(...own);
    if (mapping === undefined) continue;
    const { id } = mapping.spec;
    const other = taken.get(id);
    if (other === undefined) mappings.push(mapping);
    else
      problems.push({
        at: file,
        what: `the id ${id} is taken by ${other}`,
        allowed: 'an id of its own',
        fix: 'give the file and its id another name',
      });
    taken.set(id, file);
  }
  if (problems.length > 0) throw new YaguraError('BadContent', `${problems.length} problems in the mappings`, { problems });
  return mappings;
}
