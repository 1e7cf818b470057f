/** The shapes of a state machine in Amazon States Language, as a JSON document has them, for machines that speak JSONata. */
import * as z from 'zod';
import { isJsonObject, type Json, type JsonObject } from '../../functions/core/json.ts';

/** A string that is exactly `{% … %}` is an expression; with anything before or after, even a space, it is a literal. */
export const isExpression = (text: unknown): text is string =>
  typeof text === 'string' && text.startsWith('{%') && text.endsWith('%}') && text.length >= 4;
/** The JSONata source inside the delimiters. */
export const expressionOf = (text: string): string => text.slice(2, -2).trim();

/** Longest wait, timeout and heartbeat. @see States Language quotas: 99,999,999 seconds */
export const MAX_SECONDS = 99_999_999;

const json = z.custom<Json>((value) => value !== undefined);
const expression = z.string().refine(isExpression, 'must be a JSONata expression: "{% … %}"');
const seconds = z.union([z.int().min(0).max(MAX_SECONDS), expression]);
const positiveSeconds = z.union([z.int().min(1).max(MAX_SECONDS), expression]);
const count = z.union([z.int().min(0), expression]);
const name = z.string().min(1).max(80);
/** First a letter, then letters, digits and marks. @see Step Functions guide, "Variable name syntax" */
export const VARIABLE_NAME = /^\p{ID_Start}[\p{ID_Continue}]*$/u;
const assign = z.record(z.string(), json);

const head = { Comment: z.string().optional(), QueryLanguage: z.enum(['JSONata', 'JSONPath']).optional() };
const result = { Assign: assign.optional(), Output: json.optional() };
const move = { Next: name.optional(), End: z.literal(true).optional() };
const errorEquals = z.array(z.string().min(1)).min(1);

const retrier = z.strictObject({
  ErrorEquals: errorEquals,
  IntervalSeconds: z.int().min(1).max(MAX_SECONDS).optional(),
  MaxAttempts: z.int().min(0).max(MAX_SECONDS).optional(),
  BackoffRate: z.number().min(1).optional(),
  MaxDelaySeconds: z.int().min(1).max(31_622_400).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).optional(),
  Comment: z.string().optional(),
});
export type Retrier = z.infer<typeof retrier>;

const catcher = z.strictObject({ ErrorEquals: errorEquals, Next: name, ...result, Comment: z.string().optional() });
export type Catcher = z.infer<typeof catcher>;
const recovery = { Retry: z.array(retrier).optional(), Catch: z.array(catcher).optional() };

export const passState = z.strictObject({ Type: z.literal('Pass'), ...head, ...result, ...move });
export type PassState = z.infer<typeof passState>;

const path = z.string().regex(/^\$/, 'must be a path').nullable();
/** A Pass state in JSONPath, for machines that mix: literals, reference paths and variables only. */
export const jsonPathPassState = z.strictObject({
  Type: z.literal('Pass'),
  ...head,
  InputPath: path.optional(),
  Parameters: json.optional(),
  Result: json.optional(),
  ResultPath: path.optional(),
  OutputPath: path.optional(),
  Assign: assign.optional(),
  ...move,
});
export type JsonPathPassState = z.infer<typeof jsonPathPassState>;

export const taskState = z.strictObject({
  Type: z.literal('Task'),
  ...head,
  Resource: z.string().min(1),
  Arguments: json.optional(),
  Credentials: z.strictObject({ RoleArn: z.string() }).optional(),
  TimeoutSeconds: positiveSeconds.optional(),
  HeartbeatSeconds: positiveSeconds.optional(),
  ...result,
  ...recovery,
  ...move,
});
export type TaskState = z.infer<typeof taskState>;

const choiceRule = z.strictObject({
  Condition: z.union([z.boolean(), expression]),
  Next: name,
  ...result,
  Comment: z.string().optional(),
});
export type ChoiceRule = z.infer<typeof choiceRule>;
export const choiceState = z.strictObject({
  Type: z.literal('Choice'),
  ...head,
  Choices: z.array(choiceRule).min(1),
  Default: name.optional(),
  ...result,
});
export type ChoiceState = z.infer<typeof choiceState>;

export const waitState = z.strictObject({
  Type: z.literal('Wait'),
  ...head,
  Seconds: seconds.optional(),
  Timestamp: z.string().optional(),
  ...result,
  ...move,
});
export type WaitState = z.infer<typeof waitState>;

export const succeedState = z.strictObject({ Type: z.literal('Succeed'), ...head, Output: json.optional() });
export type SucceedState = z.infer<typeof succeedState>;
export const failState = z.strictObject({
  Type: z.literal('Fail'),
  ...head,
  Error: z.string().optional(),
  Cause: z.string().optional(),
});
export type FailState = z.infer<typeof failState>;

/** A machine inside a machine: a branch, or what a Map does with each item. Its states are parsed one by one. */
const rawStates = z.custom<JsonObject>(isJsonObject, 'must be an object of states');
export const branch = z.strictObject({ Comment: z.string().optional(), StartAt: name, States: rawStates });
export const itemProcessor = z.strictObject({
  Comment: z.string().optional(),
  ProcessorConfig: z
    .strictObject({
      Mode: z.enum(['INLINE', 'DISTRIBUTED']).optional(),
      ExecutionType: z.enum(['STANDARD', 'EXPRESS']).optional(),
    })
    .optional(),
  StartAt: name,
  States: rawStates,
});

export const parallelState = z.strictObject({
  Type: z.literal('Parallel'),
  ...head,
  Branches: z.array(branch).min(1),
  Arguments: json.optional(),
  ...result,
  ...recovery,
  ...move,
});
export type ParallelState = z.infer<typeof parallelState>;

const itemBatcher = z.strictObject({
  MaxItemsPerBatch: count.optional(),
  MaxInputBytesPerBatch: count.optional(),
  BatchInput: json.optional(),
});
export const mapState = z.strictObject({
  Type: z.literal('Map'),
  ...head,
  Items: z.union([z.array(json), expression]).optional(),
  ItemSelector: json.optional(),
  ItemProcessor: itemProcessor,
  ItemBatcher: itemBatcher.optional(),
  ItemReader: json.optional(),
  ResultWriter: json.optional(),
  MaxConcurrency: count.optional(),
  ToleratedFailureCount: count.optional(),
  ToleratedFailurePercentage: z.union([z.number().min(0).max(100), expression]).optional(),
  Label: z.string().max(40).optional(),
  ...result,
  ...recovery,
  ...move,
});
export type MapState = z.infer<typeof mapState>;

export const machineHead = z.strictObject({
  Comment: z.string().optional(),
  QueryLanguage: z.enum(['JSONata', 'JSONPath']).optional(),
  Version: z.literal('1.0').optional(),
  StartAt: name,
  TimeoutSeconds: z.int().min(1).max(MAX_SECONDS).optional(),
  States: rawStates,
});

export type State =
  | { kind: 'Pass'; state: PassState }
  | { kind: 'JsonPathPass'; state: JsonPathPassState }
  | { kind: 'Task'; state: TaskState }
  | { kind: 'Choice'; state: ChoiceState }
  | { kind: 'Wait'; state: WaitState }
  | { kind: 'Succeed'; state: SucceedState }
  | { kind: 'Fail'; state: FailState }
  | { kind: 'Parallel'; state: ParallelState; branches: Scope[] }
  | { kind: 'Map'; state: MapState; processor: Scope };

/** States that can reach each other: the machine itself, one branch, one item processor. */
export interface Scope {
  startAt: string;
  states: ReadonlyMap<string, State>;
}

export interface Machine extends Scope {
  timeoutSec?: number;
}
