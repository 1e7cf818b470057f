/** Parallel and Map: what to run inside, how many at once, and how many failures are too many. */
import { isJsonObject, type Json } from '../../../functions/core/json.ts';
import type { MapState, ParallelState } from '../definition.ts';
import { STATES_ERROR, StateFailure } from '../failure.ts';
import type { Children } from '../snapshot.ts';
import { evaluateInteger, evaluateTemplate, evaluationFailure, jsonType, typeFailure } from '../template.ts';
import { checkSize, type StateRun } from './state-run.ts';

/** Inline iterations that run at once where MaxConcurrency is 0. @see Map state guide: up to 40 */
const INLINE_CONCURRENCY = 40;
const MANY = 1_000_000;

const begin = (inputs: Json[], more: Partial<Children>): Children => ({
  kind: 'children',
  inputs,
  results: inputs.map(() => null),
  started: 0,
  ended: 0,
  failed: [],
  maxConcurrency: inputs.length,
  tolerated: 0,
  threshold: false,
  distributed: false,
  ...more,
});

export async function startParallel(state: ParallelState, run: StateRun): Promise<Children> {
  const input =
    state.Arguments === undefined ? run.active.input : await evaluateTemplate(state.Arguments, 'Arguments', run.scope());
  checkSize(input, run.active.name);
  run.emit('ParallelStateStarted');
  return begin(
    state.Branches.map(() => input),
    {},
  );
}

export async function startMap(state: MapState, run: StateRun): Promise<Children> {
  if (state.ItemReader !== undefined || state.ResultWriter !== undefined) {
    throw new StateFailure({
      error: STATES_ERROR.runtime,
      cause: 'ItemReader and ResultWriter are not supported by the local interpreter',
    });
  }
  const scope = run.scope();
  const items = await itemsOf(state, run);
  const limit = await evaluateInteger(state.MaxConcurrency ?? 0, 'MaxConcurrency', scope, { min: 0, max: MANY });
  const distributed = state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED';
  const inputs = await batched(state, await selected(state, items, run), run);
  const threshold = distributed || state.ToleratedFailureCount !== undefined || state.ToleratedFailurePercentage !== undefined;
  run.emit('MapStateStarted', { length: items.length });
  const one = limit > 0 ? limit : distributed ? MANY : INLINE_CONCURRENCY;
  return begin(inputs, { maxConcurrency: one, tolerated: await tolerated(state, inputs.length, run), threshold, distributed });
}

async function itemsOf(state: MapState, run: StateRun): Promise<Json[]> {
  const scope = run.scope();
  const items = state.Items === undefined ? run.active.input : await evaluateTemplate(state.Items, 'Items', scope);
  if (Array.isArray(items)) return items;
  if (state.Items !== undefined) throw typeFailure('Items', 'array', { template: state.Items, value: items }, scope);
  throw evaluationFailure(scope, 'Items', `Map state input must be an array but was: ${jsonType(items)}`);
}

async function selected(state: MapState, items: Json[], run: StateRun): Promise<Json[]> {
  if (state.ItemSelector === undefined) return items;
  const inputs: Json[] = [];
  for (const [index, value] of items.entries()) {
    const { context } = run.scope().states;
    const withItem = { ...(isJsonObject(context) ? context : {}), Map: { Item: { Index: index, Value: value } } };
    inputs.push(await evaluateTemplate(state.ItemSelector, 'ItemSelector', run.scope({ context: withItem })));
  }
  return inputs;
}

/** Groups items into `{BatchInput?, Items}` by count and by bytes, whichever is full first. */
async function batched(state: MapState, items: Json[], run: StateRun): Promise<Json[]> {
  const batcher = state.ItemBatcher;
  if (batcher === undefined) return items;
  const scope = run.scope();
  const whole = { min: 0, max: Number.MAX_SAFE_INTEGER };
  const most = (await evaluateInteger(batcher.MaxItemsPerBatch ?? 0, 'ItemBatcher/MaxItemsPerBatch', scope, whole)) || MANY;
  const bytes =
    (await evaluateInteger(batcher.MaxInputBytesPerBatch ?? 0, 'ItemBatcher/MaxInputBytesPerBatch', scope, whole)) || 262_144;
  const shared =
    batcher.BatchInput === undefined
      ? {}
      : { BatchInput: await evaluateTemplate(batcher.BatchInput, 'ItemBatcher/BatchInput', scope) };
  const batches: Json[][] = [];
  let usedBytes = 0;
  for (const item of items) {
    const itemBytes = Buffer.byteLength(JSON.stringify(item)) + 1;
    const last = batches.at(-1);
    if (last === undefined || last.length >= most || usedBytes + itemBytes > bytes) {
      batches.push([item]);
      usedBytes = itemBytes;
    } else {
      last.push(item);
      usedBytes += itemBytes;
    }
  }
  return batches.map((batch) => ({ ...shared, Items: batch }));
}

async function tolerated(state: MapState, total: number, run: StateRun): Promise<number> {
  if (state.ToleratedFailureCount === undefined && state.ToleratedFailurePercentage === undefined) return 0;
  const scope = run.scope();
  const byCount =
    state.ToleratedFailureCount === undefined
      ? MANY
      : await evaluateInteger(state.ToleratedFailureCount, 'ToleratedFailureCount', scope, { min: 0, max: MANY });
  if (state.ToleratedFailurePercentage === undefined) return byCount;
  const field = 'ToleratedFailurePercentage';
  const percentage = await evaluateTemplate(state.ToleratedFailurePercentage, field, scope);
  if (typeof percentage !== 'number')
    throw typeFailure(field, 'number', { template: state.ToleratedFailurePercentage, value: percentage }, scope);
  if (percentage < 0 || percentage > 100)
    throw evaluationFailure(scope, field, `The field '${field}' is out of range. Expected 0 to 100, but was ${percentage}`);
  return Math.min(byCount, Math.floor((total * percentage) / 100));
}
