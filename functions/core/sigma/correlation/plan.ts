/** The resolved form of a correlation rule: which rules feed it, which of their fields it reads, and how long it looks. */
import type { Condition, SigmaCorrelation, SigmaRule } from '../ast.ts';

/** A rule that feeds a correlation, with the path of each group-by and value field in that rule's events. */
export interface PlanInput {
  of: { kind: 'rule'; rule: SigmaRule } | { kind: 'node'; node: PlanNode };
  groupPaths: readonly string[];
  valuePaths: readonly string[];
}

export interface PlanNode {
  correlation: SigmaCorrelation;
  inputs: readonly PlanInput[];
  /** Temporal types with a condition over rule names; names are those of `correlation.rules`. */
  expression?: Condition;
  spanMs: number;
  /**
   * True where more events can only make the condition truer (`gte`, a temporal without `not`): it is judged at each event, at once.
   * Else it is judged on whole windows, when nothing more is expected in them.
   */
  rising: boolean;
}

/** A correlation that raises findings, with everything below it. */
export interface CorrelationPlan {
  /** Changes with any rule of the family: matches that were collected for another text are left alone. */
  key: string;
  root: PlanNode;
  /** All spans of the deepest chain: events this far apart can still meet. */
  reachMs: number;
  /** A group raises once in this much event time (tumbling); the same as the alert's window. */
  dedupMs: number;
  rising: boolean;
  /** Base rule id → the fields that some level reads, and those that cut the matches in parts which never meet. */
  reads: ReadonlyMap<string, { paths: readonly string[]; partition: readonly string[] }>;
}

/** Every node of a plan, the root first. */
export function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const { of } of node.inputs) if (of.kind === 'node') yield* nodesOf(of.node);
}

export const groupByOf = ({ correlation }: PlanNode): readonly string[] => correlation.groupBy;
