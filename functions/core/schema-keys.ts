/** Turns a zod schema and a path in its data into the keys that are allowed there, for messages about unknown ones. */
import * as z from 'zod';

/** Empty where the schema has no closed set of keys at the path. */
export function keysOfSchema(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  let at = bare(schema);
  for (const key of path) {
    const next = childOf(at, key);
    if (next === undefined) return [];
    at = bare(next);
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

/** Without what wraps it: optional, default, transforms. */
function bare(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional || schema instanceof z.ZodNullable)
    return bare(schema.unwrap());
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return bare(schema.unwrap());
  return schema instanceof z.ZodPipe ? bare(schema.in) : schema;
}

function childOf(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    const shape: Record<PropertyKey, z.core.$ZodType> = schema.shape;
    return shape[key];
  }
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray ? schema.element : undefined;
}
