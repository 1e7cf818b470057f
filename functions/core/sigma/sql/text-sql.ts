/** Turns text patterns into a SQL test of one text expression: lists for whole values, LIKE for wildcards. */
import type { Pattern, PatternPart } from '../ast.ts';
import { isMany } from '../pattern.ts';
import { type Shape, shapeOf } from '../text-test.ts';
import { anyOfSql, chunks, likeText, sqlText } from './literal.ts';

const IN_CHUNK = 1_000;
const ARRAY_CHUNK = 200;
/** More patterns of a kind than this are searched as an array, so that the expression stays shallow. */
const MAX_ALTERNATIVES = 8;

/** SQL that is true where any pattern covers the text `x` whole. `x` is lower case already unless cased. */
export function patternsSql(patterns: readonly Pattern[], cased: boolean, x: string): string {
  const shapes = patterns.map((pattern) => shapeOf(pattern, cased));
  if (shapes.some(({ kind }) => kind === 'anything')) return 'true';
  const textsOf = (kind: Shape['kind']) =>
    shapes.flatMap((shape) => (shape.kind === kind && 'text' in shape ? [shape.text] : []));
  return anyOfSql([
    ...exactSql([...new Set(textsOf('exact'))], x),
    ...manySql(textsOf('prefix'), {
      each: (text) => `${x} LIKE ${sqlText(`${likeText(text)}%`)} ESCAPE '\\'`,
      any: (p) => `starts_with(${x}, ${p})`,
    }),
    ...manySql(textsOf('suffix'), {
      each: (text) => `${x} LIKE ${sqlText(`%${likeText(text)}`)} ESCAPE '\\'`,
      any: (p) => `substr(${x}, -length(${p})) = ${p}`,
    }),
    ...manySql(textsOf('substring'), {
      each: (text) => `strpos(${x}, ${sqlText(text)}) > 0`,
      any: (p) => `strpos(${x}, ${p}) > 0`,
    }),
    ...shapes.flatMap((shape) => (shape.kind === 'glob' ? [`${x} LIKE ${sqlText(likeOf(shape.parts))} ESCAPE '\\'`] : [])),
  ]);
}

function exactSql(texts: readonly string[], x: string): string[] {
  const [only] = texts;
  if (only !== undefined && texts.length === 1) return [`${x} = ${sqlText(only)}`];
  return chunks(texts, IN_CHUNK).map((part) => `${x} IN (${part.map(sqlText).join(', ')})`);
}

interface Search {
  each(text: string): string;
  any(pattern: string): string;
}

function manySql(texts: readonly string[], { each, any }: Search): string[] {
  if (texts.length <= MAX_ALTERNATIVES) return texts.map(each);
  return chunks(texts, ARRAY_CHUNK).map((part) => `any_match(ARRAY[${part.map(sqlText).join(', ')}], p -> ${any('p')})`);
}

const likeOf = (parts: readonly PatternPart[]): string =>
  parts.map((part) => (typeof part === 'string' ? likeText(part) : isMany(part) ? '%' : '_')).join('');

/** What patterns say of the JSON text of some object that is not at hand: surely true, surely false, or undefined. */
export function patternsOnObject(patterns: readonly Pattern[], cased: boolean): boolean | undefined {
  const answers = patterns.map((pattern) => shapeOnObject(shapeOf(pattern, cased)));
  if (answers.includes(true)) return true;
  return answers.every((answer) => answer === false) ? false : undefined;
}

function shapeOnObject(shape: Shape): boolean | undefined {
  const surelyNot = (isNot: boolean): false | undefined => (isNot ? false : undefined);
  if (shape.kind === 'anything') return true;
  if (shape.kind === 'exact') return surelyNot(!(shape.text.startsWith('{') && shape.text.endsWith('}')));
  if (shape.kind === 'prefix') return surelyNot(!shape.text.startsWith('{'));
  if (shape.kind === 'suffix') return surelyNot(!shape.text.endsWith('}'));
  if (shape.kind !== 'glob') return undefined;
  const [first, last] = [shape.parts[0], shape.parts.at(-1)];
  return surelyNot((typeof first === 'string' && !first.startsWith('{')) || (typeof last === 'string' && !last.endsWith('}')));
}
