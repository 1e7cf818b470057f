/** Turns correlation rules and the rules that they name into plans; what does not fit together becomes located problems. */
import { shortId } from '../../digest.ts';
import { nearest, type Problem } from '../../error.ts';
import type { SigmaCorrelation, SigmaRule } from '../ast.ts';
import { type Condition, conditionNames, readExpression } from './expression.ts';
import { type CorrelationPlan, nodesOf, type PlanInput, type PlanNode } from './plan.ts';

export interface CorrelationSet {
  plans: readonly CorrelationPlan[];
  /** Rules that feed a correlation and raise nothing themselves: nobody who refers to them says `generate: true`. */
  silent: ReadonlySet<string>;
}

export interface CompiledCorrelations extends CorrelationSet {
  problems: Problem[];
}

export const NO_CORRELATIONS: CorrelationSet = { plans: [], silent: new Set() };

const MINUTE_MS = 60_000;
const DEFAULT_DEDUP_MIN = 60;
/** Matches are kept that long, twice: more would be history, which is a query's work. */
const MAX_SPAN_MS = 31 * 24 * 60 * MINUTE_MS;

/**
 * Resolves names and ids across files. A correlation with a problem gives no plan and silences nobody; the others stand.
 * @see Sigma correlation rules specification 2.1
 */
export function compileCorrelations(
  rules: readonly SigmaRule[],
  correlations: readonly SigmaCorrelation[],
): CompiledCorrelations {
  const compiler = new Compiler(rules, correlations);
  const nodes = correlations.flatMap((correlation) => compiler.nodeOf(correlation, []) ?? []);
  const spoken = new Set<string>();
  const silent = new Set<string>();
  for (const { correlation, inputs } of nodes) {
    for (const { of } of inputs) {
      const id = of.kind === 'rule' ? of.rule.info.id : of.node.correlation.info.id;
      (correlation.generate ? spoken : silent).add(id);
    }
  }
  for (const id of spoken) silent.delete(id);
  const plans = nodes.filter(({ correlation }) => !silent.has(correlation.info.id)).map(planOf);
  return { plans, silent, problems: compiler.problems };
}

type Target = SigmaRule | SigmaCorrelation;

class Compiler {
  readonly problems: Problem[] = [];
  private readonly byId = new Map<string, Target>();
  private readonly byName = new Map<string, Target[]>();
  private readonly done = new Map<SigmaCorrelation, PlanNode | undefined>();

  constructor(rules: readonly SigmaRule[], correlations: readonly SigmaCorrelation[]) {
    for (const target of [...rules, ...correlations]) {
      const id = target.info.id.toLowerCase();
      const known = this.byId.get(id);
      if (known === undefined) this.byId.set(id, target);
      else if (target.kind === 'correlation') {
        const what = `The id ${target.info.id} of "${target.info.title}" is already the id of "${known.info.title}" in ${known.info.path}`;
        this.problems.push({
          at: placeOf(target),
          what,
          allowed: 'one rule for each id',
          fix: 'give one of them a new random UUID.',
        });
        this.done.set(target, undefined);
      }
      if (target.name !== undefined) this.byName.set(target.name, [...(this.byName.get(target.name) ?? []), target]);
    }
  }

  /** The resolved node; undefined where a problem was added, here or below. */
  nodeOf(correlation: SigmaCorrelation, path: readonly SigmaCorrelation[]): PlanNode | undefined {
    if (this.done.has(correlation)) return this.done.get(correlation);
    const before = this.problems.length;
    const inputs = correlation.rules.map((reference, index) => this.inputOf(correlation, index, reference, path));
    this.checkAliases(correlation);
    const expression =
      correlation.expression === undefined ? undefined : readExpression(correlation.expression, correlation, this.problems);
    if (correlation.timespanSec * 1000 > MAX_SPAN_MS) {
      const what = `The timespan of "${correlation.info.title}" is ${correlation.timespanSec / 86_400} days`;
      this.problems.push({ at: placeOf(correlation), what, allowed: 'at most 31d', fix: 'ask history with a scheduled query.' });
    }
    const resolved = inputs.filter((input) => input !== undefined);
    const isSound = this.problems.length === before && resolved.length === inputs.length;
    const node: PlanNode | undefined = isSound
      ? {
          correlation,
          inputs: resolved,
          ...(expression === undefined ? {} : { expression }),
          spanMs: correlation.timespanSec * 1000,
          rising: isRising(correlation, expression) && resolved.every(({ of }) => of.kind === 'rule' || of.node.rising),
        }
      : undefined;
    this.done.set(correlation, node);
    return node;
  }

  private inputOf(
    correlation: SigmaCorrelation,
    index: number,
    reference: string,
    path: readonly SigmaCorrelation[],
  ): PlanInput | undefined {
    const at = correlation.places?.rules[index] ?? placeOf(correlation);
    const target = this.find(reference, at);
    if (target === undefined) return undefined;
    const paths = this.pathsOf(correlation, { reference, target, at });
    if (target.kind === 'rule') return paths && { of: { kind: 'rule', rule: target }, ...paths };
    if (target === correlation || path.includes(target)) {
      const circle = [...path.slice(path.indexOf(target)), correlation, target].map(({ info }) => `"${info.title}"`);
      const what = `The correlation refers to itself: ${(target === correlation ? circle.slice(-2) : circle).join(' → ')}`;
      this.problems.push({ at, what, fix: 'break the circle.' });
      return undefined;
    }
    const node = this.nodeOf(target, [...path, correlation]);
    if (node === undefined) {
      const what = `${JSON.stringify(reference)} is a correlation that cannot run itself`;
      if (!this.problems.some((problem) => problem.at === at)) this.problems.push({ at, what, fix: 'mend it first.' });
      return undefined;
    }
    return paths && { of: { kind: 'node', node }, ...paths };
  }

  private find(reference: string, at: string): Target | undefined {
    const named = this.byName.get(reference) ?? [];
    const target = this.byId.get(reference.toLowerCase()) ?? named[0];
    if (target === undefined) {
      const near = nearest(reference, [...this.byName.keys()]);
      const what = `There is no rule with the id or name ${JSON.stringify(reference)}`;
      const fix = near ? `write "${near}".` : 'add "name:" to the rule that is meant, or use its id.';
      this.problems.push({ at, what, allowed: 'the id or name of a rule or correlation', fix });
    } else if (named.length > 1 && !this.byId.has(reference.toLowerCase())) {
      const what = `${named.length} rules are named ${JSON.stringify(reference)}: ${named.map(({ info }) => info.path).join(', ')}`;
      this.problems.push({ at, what, allowed: 'a name that one rule has', fix: 'use the id.' });
      return undefined;
    }
    return target;
  }

  /** Where each group-by and value field lies in the events of one input. */
  private pathsOf(
    correlation: SigmaCorrelation,
    input: { reference: string; target: Target; at: string },
  ): Pick<PlanInput, 'groupPaths' | 'valuePaths'> | undefined {
    const { reference, target, at } = input;
    const before = this.problems.length;
    const pathOf = (field: string): string => {
      const alias = correlation.aliases.find((candidate) => candidate.alias === field);
      if (alias === undefined) return field;
      const own = [reference, target.name, target.info.id];
      const path = alias.fields.find(({ rule }) => own.includes(rule))?.field;
      if (path !== undefined && path !== '') return path;
      const what = `The alias "${field}" names no field for ${JSON.stringify(reference)}`;
      const fix = `add "${target.name ?? reference}: <field>" below the alias.`;
      this.problems.push({ at: correlation.places?.aliases ?? at, what, allowed: 'a field for each rule', fix });
      return '';
    };
    const paths = { groupPaths: correlation.groupBy.map(pathOf), valuePaths: correlation.field.map(pathOf) };
    return this.problems.length > before ? undefined : paths;
  }

  private checkAliases(correlation: SigmaCorrelation): void {
    const known = correlation.rules.flatMap((reference) => {
      const target = this.byId.get(reference.toLowerCase()) ?? this.byName.get(reference)?.[0];
      return [reference, ...(target ? [target.info.id, ...(target.name === undefined ? [] : [target.name])] : [])];
    });
    for (const { alias, fields } of correlation.aliases) {
      for (const { rule } of fields) {
        if (known.includes(rule)) continue;
        const near = nearest(rule, known);
        this.problems.push({
          at: correlation.places?.aliases ?? placeOf(correlation),
          what: `The alias "${alias}" names ${JSON.stringify(rule)}, which the correlation does not refer to`,
          allowed: correlation.rules.join(', '),
          ...(near === undefined ? {} : { fix: `write "${near}".` }),
        });
      }
    }
  }
}

const placeOf = ({ places, info }: SigmaCorrelation): string => places?.body ?? info.path;

function isRising({ type, bounds }: SigmaCorrelation, expression: Condition | undefined): boolean {
  if (['value_avg', 'value_percentile', 'value_median'].includes(type)) return false;
  if (expression !== undefined && conditionNames(expression).negative.length > 0) return false;
  return bounds.every(({ compare }) => compare === 'gt' || compare === 'gte');
}

const reachOf = ({ spanMs, inputs }: PlanNode): number =>
  spanMs + Math.max(0, ...inputs.map(({ of }) => (of.kind === 'node' ? reachOf(of.node) : 0)));

function planOf(root: PlanNode): CorrelationPlan {
  const { info } = root.correlation;
  const family = [...nodesOf(root)];
  const parts = family.flatMap(({ correlation, inputs }) => [
    `${correlation.info.id} ${correlation.info.version}`,
    ...inputs.map(({ of }) => (of.kind === 'rule' ? of.rule.info.id : '')),
  ]);
  const dedupMin = Math.max(1, info.yagura.dedupWindowMin ?? DEFAULT_DEDUP_MIN);
  return {
    key: shortId('correlation', ...parts),
    root,
    reachMs: reachOf(root),
    dedupMs: Math.max(dedupMin * MINUTE_MS, root.spanMs),
    rising: root.rising,
    reads: readsOf(family),
  };
}

function readsOf(family: readonly PlanNode[]): CorrelationPlan['reads'] {
  const rules = new Map<string, Map<PlanNode, PlanInput[]>>();
  for (const node of family) {
    for (const input of node.inputs) {
      if (input.of.kind !== 'rule') continue;
      const id = input.of.rule.info.id;
      const levels = rules.get(id) ?? new Map<PlanNode, PlanInput[]>();
      levels.set(node, [...(levels.get(node) ?? []), input]);
      rules.set(id, levels);
    }
  }
  const root = family[0];
  const partition = root === undefined ? [] : partitionOf(root, family);
  const inherited = family.flatMap(({ inputs }) =>
    inputs.flatMap(({ of, groupPaths, valuePaths }) => (of.kind === 'node' ? [...groupPaths, ...valuePaths] : [])),
  );
  return new Map(
    [...rules].map(([id, levels]) => {
      const inputs = [...levels.values()].flat();
      const own = inputs.flatMap(({ groupPaths, valuePaths }) => [...groupPaths, ...valuePaths]);
      const [level, first] = [...levels][0] ?? [];
      const cut = partition.map((field) => first?.[0]?.groupPaths[level?.correlation.groupBy.indexOf(field) ?? -1] ?? '');
      return [id, { paths: [...new Set([...own, ...inherited])].sort(), partition: cut }];
    }),
  );
}

/** The group-by fields that every level of the family has, under one path in each rule: events that differ in them never meet. */
function partitionOf(root: PlanNode, family: readonly PlanNode[]): string[] {
  return root.correlation.groupBy.filter((field) => {
    if (!family.every(({ correlation }) => correlation.groupBy.includes(field))) return false;
    const paths = new Map<string, string>();
    return family.every(({ correlation, inputs }) =>
      inputs.every(({ of, groupPaths }) => {
        const path = groupPaths[correlation.groupBy.indexOf(field)] ?? field;
        // Of a correlation below, the field must be its own group-by field of that name.
        if (of.kind === 'node') return path === field;
        const known = paths.get(of.rule.info.id);
        paths.set(of.rule.info.id, path);
        return known === undefined || known === path;
      }),
    );
  });
}
