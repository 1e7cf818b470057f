/** Turns a configuration's schema into the list of its options: path, type, default, and what the schema says of each. */
import * as z from 'zod';
import { docOf, type OptionDoc } from './config-option.ts';

/** One option, or a section of options. */
export interface ConfigOption {
  /** `retentionDays.raw`; `[]` stands for each entry of a list, `<id>` for each key of a map: `notify.channels[].locale`. */
  path: string;
  /** What is allowed, as text. */
  type: string;
  /** Undefined where there is none. */
  default: unknown;
  /** True where something must be said as soon as what holds it is there. */
  isRequired: boolean;
  /** True where it only holds other options. */
  isSection: boolean;
  doc: OptionDoc | undefined;
  /** Where the entry can have several shapes: those that have this option, by their discriminating value. */
  shapes: readonly string[];
}

/** Every option of an object's schema, depth first, in the schema's order; each path once. */
export function configOptions(schema: z.core.$ZodType): ConfigOption[] {
  const found = new Map<string, ConfigOption>();
  for (const one of childrenOf(schema, '')) {
    const before = found.get(one.path);
    if (before === undefined) found.set(one.path, one);
    else found.set(one.path, { ...before, shapes: [...new Set([...before.shapes, ...one.shapes])] });
  }
  return [...found.values()];
}

interface Bare {
  schema: z.core.$ZodType;
  default: unknown;
  isOptional: boolean;
  isNullable: boolean;
}

/** Without what wraps it. */
function bare(schema: z.core.$ZodType): Bare {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return { ...bare(schema.unwrap()), default: schema.def.defaultValue, isOptional: true };
  if (schema instanceof z.ZodOptional) return { ...bare(schema.unwrap()), isOptional: true };
  if (schema instanceof z.ZodNullable) return { ...bare(schema.unwrap()), isNullable: true };
  return { schema, default: undefined, isOptional: false, isNullable: false };
}

function childrenOf(given: z.core.$ZodType, prefix: string, shape?: string): ConfigOption[] {
  const { schema } = bare(given);
  if (schema instanceof z.ZodObject) {
    const entries: [string, z.core.$ZodType][] = Object.entries(schema.shape);
    return entries.flatMap(([key, value]) => optionsAt(value, prefix === '' ? key : `${prefix}.${key}`, shape));
  }
  if (schema instanceof z.ZodArray) return childrenOf(schema.element, `${prefix}[]`, shape);
  if (schema instanceof z.ZodRecord) return childrenOf(schema.valueType, `${prefix}.<id>`, shape);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((one) => childrenOf(one, prefix, shapeOf(one) ?? shape));
  return [];
}

function optionsAt(value: z.core.$ZodType, path: string, shape: string | undefined): ConfigOption[] {
  const { schema, default: left, isOptional, isNullable } = bare(value);
  const children = childrenOf(value, path, shape);
  const own: ConfigOption = {
    path,
    type: `${typeText(schema)}${isNullable ? ', or null' : ''}`,
    default: left,
    isRequired: !isOptional,
    isSection: schema instanceof z.ZodObject,
    doc: docOf(value),
    shapes: shape === undefined ? [] : [shape],
  };
  return [own, ...children];
}

/** `product: 'slack'` of the shapes of a discriminated union → `slack`. */
function shapeOf(schema: z.core.$ZodType): string | undefined {
  if (!(schema instanceof z.ZodObject)) return undefined;
  const first: unknown = Object.values(schema.shape)[0];
  return first instanceof z.ZodLiteral ? [...first.values].map(String).join() : undefined;
}

/** What is allowed, in the words of the checks themselves. */
function typeText(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodNumber) return numberText(schema);
  if (schema instanceof z.ZodEnum) return schema.options.map((one) => `\`${one}\``).join(', ');
  if (schema instanceof z.ZodLiteral) return [...schema.values].map((one) => `\`${String(one)}\``).join(', ');
  if (schema instanceof z.ZodBoolean) return '`true`, `false`';
  if (schema instanceof z.ZodArray) return `a list: ${typeText(bare(schema.element).schema)}`;
  if (schema instanceof z.ZodRecord) return `a map of ids: ${typeText(bare(schema.valueType).schema)}`;
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.map((one) => typeText(bare(one).schema)))].join('; or ');
  if (schema instanceof z.ZodObject) return 'an object';
  if (schema instanceof z.ZodEmail) return 'an e-mail address';
  return messagesOf(schema) || 'text';
}

function numberText(schema: z.ZodNumber): string {
  const kind = schema.format === 'safeint' ? 'a whole number' : 'a number';
  const { minValue: least, maxValue: most } = schema;
  if (least === null || !Number.isFinite(least) || least <= Number.MIN_SAFE_INTEGER) return kind;
  return most === null || most >= Number.MAX_SAFE_INTEGER ? `${kind} from ${least}` : `${kind} from ${least} to ${most}`;
}

/** What the schema's own checks say is allowed. */
function messagesOf(schema: z.core.$ZodType): string {
  const checks = schema._zod.def.checks ?? [];
  const texts = checks.flatMap(({ _zod: { def } }) => {
    // The message does not depend on the value: ours are fixed texts.
    const text: unknown = def.error === undefined ? undefined : Reflect.apply(def.error, undefined, [{}]);
    return typeof text === 'string' ? [text] : [];
  });
  return texts.join('; ');
}
