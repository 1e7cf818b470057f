/** The records of one object → whose each is. */
import type { JsonObject } from '../core/json.ts';
import type { Source } from '../sources/source.ts';

export class Recognizer {
  /** Those whose records can be in the object that is read. */
  readonly #sources: readonly Source[];
  /** Users' mappings among them. */
  readonly #users: readonly Source[];
  #last: Source | undefined;

  constructor(sources: readonly Source[], key: string) {
    this.#sources = sources.filter(({ takesKey }) => takesKey?.(key) !== false);
    this.#users = this.#sources.filter(({ isUsers }) => isUsers);
  }

  /** Neighbours are mostly of one source: ask the last one first, after those of users, whose word on their own logs is meant. */
  sourceOf(record: JsonObject): Source | undefined {
    for (const source of this.#users) if (source.recognizes(record)) return source;
    if (this.#last?.recognizes(record)) return this.#last;
    const source = this.#sources.find((candidate) => candidate.recognizes(record));
    if (source !== undefined) this.#last = source;
    return source;
  }
}
