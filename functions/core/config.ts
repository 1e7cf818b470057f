/** Turns what `soc.config.ts` says into the checked configuration of a deployment, or into every problem it has at once. */
import * as z from 'zod';
import { adoptProblems } from './adopted-buckets.ts';
import { apiProblems } from './api/member.ts';
import { policyProblems } from './case/policy.ts';
import { collectProblems, type KnownConnector } from './collect-config.ts';
import { residencyProblems, storageClassProblems } from './config-placement.ts';
import { withPreset } from './config-presets.ts';
import { configSchema } from './config-schema.ts';
import { nearest, type Problem, YaguraError } from './error.ts';
import { TABLES } from './lake/tables.ts';
import { FORWARDED, membersProblems } from './members.ts';
import { notifyProblems } from './notify/config.ts';
import { respondProblems } from './respond-config.ts';

/** What a person writes: every option may be left out. */
export type ConfigInput = z.input<typeof configSchema>;
/** What the deployment reads: every default filled in. */
export type Config = z.output<typeof configSchema>;

/** Types the configuration file; nothing is checked before `parseConfig`. */
export const defineConfig = (input: ConfigInput): ConfigInput => input;

/** The ids that a configuration may name. */
export interface KnownIds {
  sources: readonly string[];
  stages: readonly string[];
  /** Default: none. */
  connectors?: readonly KnownConnector[];
}

/**
 * @throws YaguraError BadConfig with every problem: path, value, what is allowed, what to do
 */
export function parseConfig(written: unknown, known: KnownIds): Config {
  const input = withPreset(written);
  const result = configSchema.safeParse(input);
  const problems = result.success
    ? meaningProblems(result.data, known)
    : result.error.issues.flatMap((issue) => problemsOf(issue, input));
  if (!result.success || problems.length > 0)
    throw new YaguraError('BadConfig', `${problems.length} problems in soc.config.ts`, { problems });
  return result.data;
}

/** The ids of the sources that this deployment takes. */
export const enabledSources = (config: Config, sourceIds: readonly string[]): readonly string[] =>
  config.sources === 'all' ? sourceIds : config.sources;

/** What is right in form and wrong in meaning. */
function meaningProblems(config: Config, known: KnownIds): Problem[] {
  const problems: Problem[] = [
    ...unknownIds('sources', config.sources === 'all' ? [] : config.sources, known.sources),
    ...unknownIds('freshness.sources', Object.keys(config.freshness.sources), known.sources),
    ...unknownIds('memoryMiB', Object.keys(config.memoryMiB), known.stages),
    ...collectProblems(config.collect, known.connectors ?? []),
    ...respondProblems(config.respond),
    ...adoptProblems(config.adopt, {
      landing: config.landing.bucket === 'adopt' ? config.landing.name : undefined,
      region: config.region,
    }),
    ...tableRetentionProblems(config),
    ...storageClassProblems(config),
    ...residencyProblems(config),
    ...membersProblems(config.members, config),
    ...unknownIds(
      'members.forward',
      config.members.forward.filter((id) => !FORWARDED.some((known) => known === id)),
      known.sources,
    ),
    ...policyProblems(config.cases),
    ...notifyProblems(config.notify),
    ...apiProblems(config.api),
    ...config.collect.webhooks.flatMap(({ source }, i) => unknownIds(`collect.webhooks.${i}.source`, [source], known.sources)),
  ];
  for (const kind of ['raw', 'evidence'] as const) {
    const kept = config.retentionDays[kind];
    const locked = config.objectLock[`${kind}Days`];
    if (config.objectLock.mode === 'off' || locked <= kept) continue;
    const what = `${kind} objects would be deleted after ${kept} days and are locked for ${locked}`;
    problems.push({
      at: `objectLock.${kind}Days`,
      what,
      allowed: `at most retentionDays.${kind} (${kept})`,
      fix: 'lower the one or raise the other',
    });
  }
  return problems;
}

function tableRetentionProblems({ retentionDays: { tables, lake }, storageClasses }: Config): Problem[] {
  const names = TABLES.map(({ name }) => name);
  const late = Object.entries(tables).filter(([, kept]) => kept > lake);
  return [
    ...unknownIds('retentionDays.tables', Object.keys(tables), names),
    ...unknownIds('storageClasses.tables', Object.keys(storageClasses.tables), names),
    ...late.map(([name, kept]) => ({
      at: `retentionDays.tables.${name}`,
      what: `${kept} days, and S3 deletes everything of the lake after ${lake}`,
      allowed: `at most retentionDays.lake (${lake})`,
      fix: 'lower the one or raise the other',
    })),
  ];
}

const unknownIds = (at: string, ids: readonly string[], allowed: readonly string[]): Problem[] =>
  ids
    .filter((id) => !allowed.includes(id))
    .map((id) => suggesting({ at, what: `unknown id "${id}"`, allowed: allowed.join(', ') }, id, allowed));

function problemsOf(issue: z.core.$ZodIssue, input: unknown): Problem[] {
  const at = issue.path.join('.') || '(top)';
  if (issue.code === 'unrecognized_keys') {
    const allowed = keysAt(issue.path);
    return issue.keys.map((key) =>
      suggesting(
        { at: [...issue.path, key].join('.'), what: `unknown option "${key}"`, allowed: allowed.join(', ') },
        key,
        allowed,
      ),
    );
  }
  const value = issue.path.reduce<unknown>(
    (of, key) => (typeof of === 'object' && of !== null ? Reflect.get(of, key) : undefined),
    input,
  );
  const given = value === undefined ? 'nothing' : JSON.stringify(value);
  const allowed = allowedBy(issue);
  const why = allowed === issue.message ? '' : `: ${issue.message}`;
  return [{ at, what: `${given.slice(0, 100)}${why}`, allowed, fix: `change ${at} in soc.config.ts` }];
}

function suggesting(problem: Problem, word: string, allowed: readonly string[]): Problem {
  const guess = nearest(word, allowed);
  return { ...problem, fix: guess === undefined ? 'remove it' : `did you mean "${guess}"?` };
}

/** The options of the object at a path. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let at: unknown = configSchema;
  for (const key of path) {
    const type = inner(at);
    at =
      type instanceof z.ZodArray
        ? type.element
        : type instanceof z.ZodRecord
          ? type.valueType
          : type instanceof z.ZodObject
            ? Reflect.get(shapeOf(type), key)
            : undefined;
  }
  return Object.keys(shapeOf(at));
}

function shapeOf(type: unknown): object {
  const object = inner(type);
  if (object instanceof z.ZodObject) return object.shape;
  if (object instanceof z.ZodDiscriminatedUnion) return Object.assign({}, ...object.options.map(shapeOf));
  return {};
}

function inner(type: unknown): unknown {
  if (type instanceof z.ZodDefault || type instanceof z.ZodPrefault || type instanceof z.ZodOptional) return inner(type.unwrap());
  return type;
}

function allowedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return issue.values.join(', ');
  if (issue.code === 'too_small') return `at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}`;
  if (issue.code === 'invalid_type') return issue.expected;
  return issue.message;
}
