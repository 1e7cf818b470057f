/** What a response action is: data that policies, docs and coverage are generated from, and the six things it can do. */
import * as z from 'zod';
import { AWS_OPERATIONS, iamActionsOf } from '../../core/aws/operation.ts';
import { type Problem, YaguraError } from '../../core/error.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ActionTarget, PlannedCall } from '../../core/plan.ts';
import { TENANT_OPERATIONS } from '../../core/tenant/operation.ts';
import type { TenantProductId } from '../../core/tenant/product.ts';
import type { LocalText } from '../../core/text.ts';
import type { ResponderTier } from '../../ports/cloud.ts';

/** What an action may do while it looks: read its target's account, through the role that can only read. */
export interface ActionContext {
  incidentId: string;
  nowMs: number;
  /** @returns undefined where the API says that the named thing does not exist */
  read(service: string, operation: string, parameters: JsonObject): Promise<JsonObject | undefined>;
}

/** What it may do while it acts: make the planned calls, and none but those. */
export interface ActContext extends ActionContext {
  /** @throws YaguraError Refused for a call that is not in the approved plan */
  perform(call: PlannedCall, late?: JsonObject): Promise<JsonObject | undefined>;
}

/** What an action would do to a target as it is now. */
export interface ActionPlan {
  calls: PlannedCall[];
  /** The state that the plan depends on; part of the plan's hash. */
  observed: JsonObject;
  /** What else a person wants to know; not part of the hash. */
  facts: JsonObject;
  /** Where this target demands more persons than the action itself: an administrator. `observed` must say why. */
  approvalTier?: ActionFacts['approvalTier'];
  /** What stays open with this target, beside what always does: apps whose sessions live on, a directory that enables again. */
  staysOpen?: readonly LocalText[];
}

/** D3FEND technique with its tactic. @see https://d3fend.mitre.org/ (ontology 1.2.0) */
export interface Countermeasure {
  id: string;
  name: string;
  tactic: 'Harden' | 'Detect' | 'Isolate' | 'Deceive' | 'Evict' | 'Restore';
}

/** IAM actions by responder role; `resources` are the ARNs they are granted on in every member account. */
export type ActionPermissions = Partial<Record<ResponderTier, { actions: readonly string[]; resources: readonly string[] }>>;

/** OAuth scopes or application permissions by the tenant's credential, as the vendor spells them. */
export type ActionScopes = Partial<Record<ResponderTier, readonly string[]>>;

/** What a spec says of itself; the permissions follow from it. */
export interface ActionFacts {
  /** The file's name: `aws-iam-key-disable`. */
  id: string;
  provider: 'aws' | TenantProductId;
  title: LocalText;
  /** One sentence: what it does. */
  does: LocalText;
  /** What the attacker can still do afterwards. Empty only where nothing stays open. */
  staysOpen: readonly LocalText[];
  /** One sentence: what its undo does. */
  undoes: LocalText;
  /** Every operation that it calls, as `service:Operation`: its IAM permissions and its scopes follow from them. */
  uses: readonly string[];
  /** The ARNs that its AWS changes are granted on in every member account. What it reads is granted on all. */
  resources?: readonly string[];
  /** 1 one credential or object · 2 one identity or host · 3 one workload, subnet or bucket · 4 account · 5 organization or tenant. */
  blastRadius: 1 | 2 | 3 | 4 | 5;
  /** 0 automatic · 1 automatic where confirmed · 2 one person · 3 two persons. */
  approvalTier: 0 | 1 | 2 | 3;
  reversible: 'full' | 'partial' | 'none';
  d3fend: Countermeasure;
  d3fendUndo?: Countermeasure;
  /** ATT&CK mitigation: `M1018`. */
  mitigation: string;
}

interface ActionSpec<P extends z.ZodType, C extends z.ZodType> extends ActionFacts {
  parameters: P;
  /** The shape of what `capture` reads and `undo` needs. */
  captured: C;
  target(parameters: z.infer<P>): ActionTarget;
  /** Why it must not run now: one sentence each. Empty where it may. */
  preconditions(context: ActionContext, parameters: z.infer<P>): Promise<string[]>;
  plan(context: ActionContext, parameters: z.infer<P>): Promise<ActionPlan>;
  /** The target's prior state: evidence, and what undo restores. Changes nothing. */
  capture(context: ActionContext, parameters: z.infer<P>): Promise<z.infer<C>>;
  /**
   * Makes the planned calls (which is all it does where absent). May be run again after a crash at any point of itself, and must then
   * come to the same end.
   */
  act?(context: ActContext, calls: readonly PlannedCall[], parameters: z.infer<P>): Promise<void>;
  /** What is not as the action wants it, or undefined where it holds. Reads the target again. */
  verify(context: ActionContext, parameters: z.infer<P>): Promise<string | undefined>;
  planUndo(context: ActionContext, captured: z.infer<C>, parameters: z.infer<P>): Promise<ActionPlan>;
  /** As `act`, for the calls of `planUndo`. */
  undo?(context: ActContext, calls: readonly PlannedCall[], captured: z.infer<C>): Promise<void>;
  /** What is not as it was captured, or undefined where it is. */
  verifyUndo(context: ActionContext, captured: z.infer<C>, parameters: z.infer<P>): Promise<string | undefined>;
}

/** An action as the engine sees it: parameters and captures are JSON, checked at each entry. */
export interface Action extends ActionFacts {
  permissions: ActionPermissions;
  scopes: ActionScopes;
  /** JSON schema of the parameters, for docs and forms. */
  parametersSchema: JsonObject;
  /** @throws YaguraError BadInput with every problem of the parameters */
  parse(parameters: unknown): { parameters: JsonObject; target: ActionTarget };
  preconditions(context: ActionContext, parameters: JsonObject): Promise<string[]>;
  plan(context: ActionContext, parameters: JsonObject): Promise<ActionPlan>;
  capture(context: ActionContext, parameters: JsonObject): Promise<JsonObject>;
  act(context: ActContext, calls: readonly PlannedCall[], parameters: JsonObject): Promise<void>;
  verify(context: ActionContext, parameters: JsonObject): Promise<string | undefined>;
  planUndo(context: ActionContext, captured: JsonObject, parameters: JsonObject): Promise<ActionPlan>;
  undo(context: ActContext, calls: readonly PlannedCall[], captured: JsonObject): Promise<void>;
  verifyUndo(context: ActionContext, captured: JsonObject, parameters: JsonObject): Promise<string | undefined>;
}

const jsonObject = z.record(z.string(), z.json());

/** Checks a spec's inputs at every entry, so that no action ever sees an unchecked parameter or capture. */
export function defineAction<P extends z.ZodType, C extends z.ZodType>(spec: ActionSpec<P, C>): Action {
  const params = (value: unknown): z.infer<P> => checked(spec.parameters, value, `parameters of ${spec.id}`);
  const capture = (value: unknown): z.infer<C> => checked(spec.captured, value, `captured state of ${spec.id}`);
  const performAll = async (context: ActContext, calls: readonly PlannedCall[]): Promise<void> => {
    for (const call of calls) await context.perform(call);
  };
  return {
    ...factsOf(spec),
    parametersSchema: jsonObject.parse(z.toJSONSchema(spec.parameters, { io: 'input', unrepresentable: 'any' })),
    parse: (raw) => {
      const parameters = params(raw);
      return { parameters: jsonObject.parse(parameters), target: spec.target(parameters) };
    },
    preconditions: (context, raw) => spec.preconditions(context, params(raw)),
    plan: (context, raw) => spec.plan(context, params(raw)),
    capture: async (context, raw) => jsonObject.parse(capture(await spec.capture(context, params(raw)))),
    act: (context, calls, raw) => spec.act?.(context, calls, params(raw)) ?? performAll(context, calls),
    verify: (context, raw) => spec.verify(context, params(raw)),
    planUndo: (context, state, raw) => spec.planUndo(context, capture(state), params(raw)),
    undo: (context, calls, state) => spec.undo?.(context, calls, capture(state)) ?? performAll(context, calls),
    verifyUndo: (context, state, raw) => spec.verifyUndo(context, capture(state), params(raw)),
  };
}

function factsOf(spec: ActionFacts): ActionFacts & { permissions: ActionPermissions; scopes: ActionScopes } {
  const { id, provider, title, does, staysOpen, undoes, uses, resources, blastRadius, approvalTier, reversible } = spec;
  const undo = spec.d3fendUndo === undefined ? {} : { d3fendUndo: spec.d3fendUndo };
  return {
    ...{ id, provider, title, does, staysOpen, undoes, uses, blastRadius, approvalTier, reversible },
    ...(resources === undefined ? {} : { resources }),
    ...{ d3fend: spec.d3fend, mitigation: spec.mitigation, ...undo },
    permissions: provider === 'aws' ? permissionsFor(spec) : {},
    scopes: provider === 'aws' ? {} : scopesFor(spec),
  };
}

/** The IAM actions of the used operations by responder role. @throws YaguraError Bug for an operation that is not listed */
function permissionsFor({ id, uses, resources = ['*'] }: ActionFacts): ActionPermissions {
  const granted: ActionPermissions = {};
  for (const tier of ['read', 'contain', 'destroy'] as const) {
    const own = uses.filter((operation) => tierOf(id, operation) === tier).flatMap(iamActionsOf);
    if (own.length > 0) granted[tier] = { actions: [...new Set(own)].sort(), resources: tier === 'read' ? ['*'] : resources };
  }
  return granted;
}

/** The scopes of the used operations by credential. @throws YaguraError Bug for an operation that is not listed, or of another product */
function scopesFor({ id, provider, uses }: ActionFacts): ActionScopes {
  const scopes: ActionScopes = {};
  for (const tier of ['read', 'contain', 'destroy'] as const) {
    const own = uses.flatMap((name) => {
      const known = TENANT_OPERATIONS.get(name);
      if (known === undefined || !name.startsWith(`${provider}:`))
        throw new YaguraError('Bug', `action ${id} uses ${name}, which is not listed`);
      return known.tier === tier ? known.scopes : [];
    });
    if (own.length > 0) scopes[tier] = [...new Set(own)].sort();
  }
  return scopes;
}

function tierOf(id: string, operation: string): ResponderTier {
  const known = AWS_OPERATIONS.get(operation);
  if (known === undefined) throw new YaguraError('Bug', `action ${id} uses ${operation}, which is not listed`);
  return known.tier;
}

/** @throws YaguraError BadInput; the message names fields and rules, and cuts values short: they may come from a log */
function checked<S extends z.ZodType>(schema: S, value: unknown, what: string): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems: Problem[] = result.error.issues.map((issue) => ({ at: issue.path.join('.') || '(root)', what: issue.message }));
  throw new YaguraError('BadInput', `bad ${what}`, { problems });
}
