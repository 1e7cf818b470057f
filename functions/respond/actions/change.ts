/** Turns "what it is, what it shall be, which calls lead from one to the other" into a whole action: plan, capture, act, verify and undo follow. */
import * as z from 'zod';
import { canonicalJson } from '../../core/digest.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ActionTarget, PlannedCall } from '../../core/plan.ts';
import { type ActContext, type Action, type ActionContext, type ActionFacts, type ActionPlan, defineAction } from './action.ts';

/** The part of a target that an action changes, and how. `S` is read whole before and restored whole after. */
export interface ChangeSpec<P extends z.ZodType, S extends z.ZodType> extends ActionFacts {
  parameters: P;
  /** The state that the action changes and undo restores: JSON, and nothing that the provider hands out anew (rule ids, versions). */
  state: S;
  target(parameters: z.infer<P>): ActionTarget;
  /** The state now; undefined where there is no such target. */
  look(context: ActionContext, parameters: z.infer<P>): Promise<z.infer<S> | undefined>;
  /** Why it must not be changed although it is there. Empty where it may. */
  refuses?(state: z.infer<S>, parameters: z.infer<P>, context: ActionContext): string[];
  /** The state that the action wants. Wanting twice is wanting once. */
  wanted(state: z.infer<S>, parameters: z.infer<P>, context: ActionContext): z.infer<S>;
  /** The calls that lead from one state to another, in order. Each alone may be the last: undo starts from wherever that led. */
  calls(change: { from: z.infer<S>; to: z.infer<S> }, parameters: z.infer<P>, context: ActionContext): PlannedCall[];
  /** What is only known when a call is made: the parameters that its `late` names. `to` is the state that an undo restores, absent in an act. */
  late?(context: ActContext, call: PlannedCall, aim: { parameters: z.infer<P>; to?: z.infer<S> }): Promise<JsonObject>;
  /** True where the action's purpose is fulfilled. Default: the state is the wanted one. */
  holds?(state: z.infer<S>, parameters: z.infer<P>, context: ActionContext): boolean;
  /** Where this target demands more care than the action itself. `observed` becomes part of what the plan depends on. */
  cautions?(context: ActionContext, state: z.infer<S>, parameters: z.infer<P>): Promise<Cautions>;
  /** Of the state what must be as before; what a provider hands out anew (an id of a grant) is left out. Default: all of it. */
  compared?(state: z.infer<S>): unknown;
  /** What else a person wants to know. */
  facts?(context: ActionContext, state: z.infer<S>, parameters: z.infer<P>): Promise<JsonObject>;
}

/** What a plan on this target asks of people, beyond the action itself. */
export type Cautions = Pick<ActionPlan, 'approvalTier' | 'staysOpen'> & { observed?: JsonObject };

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);
const jsonObject = z.record(z.string(), z.json());

/** An action whose undo restores what `look` read before, by the same calls that act. */
export function defineChange<P extends z.ZodType, S extends z.ZodType>(spec: ChangeSpec<P, S>): Action {
  const holds = (state: z.infer<S>, parameters: z.infer<P>, context: ActionContext): boolean =>
    spec.holds?.(state, parameters, context) ?? same(state, spec.wanted(state, parameters, context));
  const perform = async (
    context: ActContext,
    calls: readonly PlannedCall[],
    aim: { parameters: z.infer<P>; to?: z.infer<S> },
  ): Promise<void> => {
    for (const call of calls) await context.perform(call, call.late === undefined ? {} : await spec.late?.(context, call, aim));
  };
  const taken = (captured: JsonObject): { parameters: z.infer<P>; state: z.infer<S> } => ({
    parameters: spec.parameters.parse(captured['parameters']),
    state: spec.state.parse(captured['state']),
  });
  return defineAction<P, typeof jsonObject>({
    ...spec,
    captured: jsonObject,
    preconditions: async (context, parameters) => {
      const state = await spec.look(context, parameters);
      if (state === undefined) return [absent(spec.target(parameters))];
      return holds(state, parameters, context) ? [] : (spec.refuses?.(state, parameters, context) ?? []);
    },
    plan: async (context, parameters) => {
      const from = await spec.look(context, parameters);
      if (from === undefined) return { calls: [], observed: { absent: true }, facts: {} };
      const to = spec.wanted(from, parameters, context);
      const calls = holds(from, parameters, context) ? [] : spec.calls({ from, to }, parameters, context);
      const { observed = {}, ...cautions } = (await spec.cautions?.(context, from, parameters)) ?? {};
      const facts = (await spec.facts?.(context, from, parameters)) ?? {};
      return { calls, observed: jsonObject.parse({ state: from, ...observed }), facts, ...cautions };
    },
    capture: async (context, parameters) =>
      jsonObject.parse({ parameters, state: spec.state.parse(await spec.look(context, parameters)) }),
    act: (context, calls, parameters) => perform(context, calls, { parameters }),
    verify: async (context, parameters) => {
      const state = await spec.look(context, parameters);
      if (state === undefined) return absent(spec.target(parameters));
      return holds(state, parameters, context) ? undefined : 'it is not as the action wants it';
    },
    planUndo: async (context, captured, parameters) => {
      const from = await spec.look(context, parameters);
      if (from === undefined || spec.reversible === 'none') return { calls: [], observed: { absent: true }, facts: {} };
      const { state: to } = taken(captured);
      // Giving an administrator back what was taken asks for as many persons as taking it.
      const { observed = {}, approvalTier } = (await spec.cautions?.(context, from, parameters)) ?? {};
      const raised = approvalTier === undefined ? {} : { approvalTier };
      const calls = spec.calls({ from, to }, parameters, context);
      return { calls, observed: jsonObject.parse({ state: from, ...observed }), facts: {}, ...raised };
    },
    undo: async (context, calls, captured) => {
      const { parameters, state: to } = taken(captured);
      await perform(context, calls, { parameters, to });
    },
    verifyUndo: async (context, captured, parameters) => {
      if (spec.reversible === 'none') return 'it cannot be taken back';
      const state = await spec.look(context, parameters);
      if (state === undefined) return absent(spec.target(parameters));
      const before = taken(captured).state;
      const isBack = same(spec.compared?.(state) ?? state, spec.compared?.(before) ?? before);
      return isBack ? undefined : 'it is not as it was before';
    },
  });
}

const absent = ({ uid, accountId }: ActionTarget): string => `there is no ${uid} in ${accountId}`;
