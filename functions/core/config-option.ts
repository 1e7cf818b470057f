/** What the configuration's schema says of each of its options, for people: kept beside the schema, read by `config explain` and docs/config.md. */
import * as z from 'zod';
import type { LocalText } from './text.ts';

/** What a person must know of an option beside its type and its default, which the schema knows. */
export interface OptionDoc extends LocalText {
  /** Of a number: `days`, `GiB`, `US dollars a day`. */
  unit?: string;
  /** Why the default is what it is. */
  why?: LocalText;
}

/** A text in both languages. */
export const text = (en: string, ja: string): LocalText => ({ en, ja });

const DOCS = z.registry<OptionDoc>();

/** The same schema, documented. A schema that several options share can be documented for each of them: this one is a copy. */
export function option<S extends z.ZodType>(schema: S, doc: OptionDoc): S {
  const own = schema.clone();
  DOCS.add(own, doc);
  return own;
}

/** What `option` said of this very schema, or of what it wraps. */
export function docOf(schema: z.core.$ZodType): OptionDoc | undefined {
  const found = DOCS.get(schema);
  if (found !== undefined) return found;
  const wraps =
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable;
  return wraps ? docOf(schema.unwrap()) : undefined;
}
