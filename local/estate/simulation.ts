/** What a simulated service is: its operations, with the checks and errors that all of them share. */
import * as z from 'zod';
import { YaguraError } from '../../functions/core/error.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import type { At } from './resource.ts';

/** Parameters in, answer out. Undefined is "no such thing". */
export type SimulatedOperation = (at: At, parameters: JsonObject) => Promise<JsonObject | undefined>;
/** By `service:Operation`. */
export type SimulatedService = Readonly<Record<string, SimulatedOperation>>;

/** An operation with its parameters checked. @throws YaguraError BadInput (ValidationError) */
export const operation =
  <S extends z.ZodRawShape>(
    shape: S,
    run: (at: At, parameters: z.infer<z.ZodObject<S, z.core.$strict>>) => Promise<JsonObject | undefined>,
  ): SimulatedOperation =>
  async (at, raw) => {
    const result = z.strictObject(shape).safeParse(raw);
    if (result.success) return await run(at, result.data);
    const problems = result.error.issues.map((issue) => ({ at: issue.path.join('.') || '(root)', what: issue.message }));
    throw new YaguraError('BadInput', 'ValidationError', { problems });
  };

export const text = z.string().min(1);
export const json = z.json();
export const jsonObject = z.record(z.string(), z.json());

/** AWS's own refusal of a change that would be wrong. */
export const refused = (name: string, why: string): YaguraError => new YaguraError('Refused', `${name}: ${why}`);
export const invalid = (name: string, why: string): YaguraError => new YaguraError('BadInput', `${name}: ${why}`);

const Statement = z.looseObject({ Effect: z.enum(['Allow', 'Deny']) });
const Policy = z.looseObject({ Statement: z.union([Statement, z.array(Statement).min(1)]) });

/** Only the form: a JSON object with statements that say an effect. @see PutUserPolicy, MalformedPolicyDocument */
export function refuseMalformed(document: string): void {
  try {
    Policy.parse(JSON.parse(document));
  } catch (error) {
    throw new YaguraError('BadInput', 'MalformedPolicyDocument', { cause: error });
  }
}

/** IAM returns documents URL-encoded after RFC 3986. */
export const rfc3986 = (value: string): string =>
  encodeURIComponent(value).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** An object without its undefined fields, as JSON has it. */
export const defined = (value: Record<string, JsonObject[string] | undefined>): JsonObject =>
  Object.fromEntries(Object.entries(value).filter((entry): entry is [string, JsonObject[string]] => entry[1] !== undefined));
