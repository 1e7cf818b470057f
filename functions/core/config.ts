/** Turns what `soc.config.ts` says into the checked configuration of a deployment, or into every problem it has at once. */
import * as z from 'zod';
import { adoptProblems, adoptSchema } from './adopted-buckets.ts';
import { apiProblems, apiSchema } from './api/member.ts';
import { casePolicySchema, policyProblems } from './case/policy.ts';
import { collectProblems, collectSchema, type KnownConnector } from './collect-config.ts';
import { nearest, type Problem, YaguraError } from './error.ts';
import { TABLES } from './lake/tables.ts';
import { notifyProblems, notifySchema } from './notify/config.ts';
import { respondProblems, respondSchema } from './respond-config.ts';
import { autoClosePolicySchema } from './triage/policy.ts';

/** The retention times that CloudWatch Logs takes, in days. @see CloudWatch Logs PutRetentionPolicy */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 3653,
] as const;

const days = (most = 36_500) => z.int().min(1).max(most);
/** S3 bucket names. @see Amazon S3 User Guide, "General purpose bucket naming rules" */
const bucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'an S3 bucket name');
/** Every option: unknown keys are errors, because a misspelt option that is ignored is a SOC that does not do what its owner thinks. */
const schema = z.strictObject({
  /** Prefix of stack, role and state machine names; one account can hold several by name. Default `yagura`. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/, 'a-z, 0-9 and -, at most 20')
    .default('yagura'),
  /** Where to deploy. Default: the account and region of the credentials; templates are then for any. */
  account: z
    .string()
    .regex(/^\d{12}$/, '12 digits')
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as ap-northeast-1')
    .optional(),
  /** The organization whose trails may deliver logs here and whose accounts responses may act on. Default: this account alone. */
  organizationId: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/, 'o- and 10 to 32 of a-z 0-9')
    .optional(),
  /** Ids of the sources to take events of. Default: all. */
  sources: z.union([z.literal('all'), z.array(z.string())]).default('all'),
  /** The bucket that logs land in: ours, or one that exists (its owner turns EventBridge notifications on). */
  landing: z
    .discriminatedUnion('bucket', [
      z.strictObject({ bucket: z.literal('create') }),
      z.strictObject({ bucket: z.literal('adopt'), name: bucketName, kmsKeyArn: z.string().startsWith('arn:').optional() }),
    ])
    .default({ bucket: 'create' }),
  /** Buckets of others that are read where they are, beside the landing bucket: an organization's trail, a Security Lake. Default: none. */
  adopt: adoptSchema,
  /** After so many days S3 deletes objects. Raw and evidence never before their lock ends. */
  retentionDays: z
    .strictObject({
      landing: days().default(30),
      raw: days().default(400),
      lake: days().default(400),
      quarantine: days().default(90),
      evidence: days().default(2557),
      athenaResults: days().default(7),
      /** Tables of the lake that shall go sooner than the rest, by class: `{ network_activity: 60 }`. Counted from when events came in. Default: none. */
      tables: z.record(z.string(), days()).prefault({}),
    })
    .prefault({}),
  /** S3 Object Lock of raw logs and evidence. Governance can be lifted by the few who hold s3:BypassGovernanceRetention, compliance by nobody. */
  objectLock: z
    .strictObject({
      mode: z.enum(['off', 'governance', 'compliance']).default('governance'),
      rawDays: days().default(90),
      evidenceDays: days().default(365),
    })
    .prefault({}),
  athena: z
    .strictObject({
      /** A query that would scan more is stopped. 100 GiB cost about 0.50 USD. Default 100. */
      cutoffGiB: z.number().min(0.01).max(100_000).default(100),
      /**
       * A second Glue database with the names of Amazon Security Lake's, so that queries published for it run unchanged. Set it to false
       * where Security Lake itself is on in this account and region: it has these names. Default true.
       */
      securityLakeNames: z.boolean().default(true),
    })
    .prefault({}),
  cost: z
    .strictObject({
      /** What scheduled queries, hunts and baselines may cost a UTC day, US dollars at list price. When it is spent they stop until the next day and a finding says so; people may still ask. Default 10. */
      dailyQueryUsd: z.number().min(0).max(100_000).default(10),
    })
    .prefault({}),
  /** Who is told what, where and in which language. docs/notifications.md. Default: nobody. */
  notify: notifySchema.prefault({}),
  /** Logs that are pulled from vendors' APIs, pushed by them, or brought by partner event buses. Default: none. */
  collect: collectSchema.prefault({}),
  /** The tenants of identity providers and SaaS that responses may act on. docs/actions.md. Default: none. */
  respond: respondSchema.prefault({}),
  /** How cases are worked: tiers, clocks, four eyes, markings, people and shifts. docs/cases.md */
  cases: casePolicySchema.prefault({}),
  triage: z
    .strictObject({
      /** Which incidents may be closed without a person, where every other guard holds too. Default: none. */
      autoClose: autoClosePolicySchema.prefault({}),
    })
    .prefault({}),
  /** Who may call the API, in which role. docs/api.md. Default: nobody. */
  api: apiSchema.prefault({}),
  /** Language of dashboards and alarms. Default `en`. */
  locale: z.enum(['en', 'ja']).default('en'),
  logRetentionDays: z.literal(LOG_RETENTION_DAYS).default(90),
  /** Memory in MiB of stages by id, where it shall differ from the pipeline's. More memory is more CPU. Default: none. */
  memoryMiB: z.record(z.string(), z.int().min(512).max(10_240)).prefault({}),
  /** `keep`: destroying the stacks leaves every bucket, table and key. `delete`: they go too, as far as locks and contents allow. */
  onDestroy: z.enum(['keep', 'delete']).default('keep'),
});

/** What a person writes: every option may be left out. */
export type ConfigInput = z.input<typeof schema>;
/** What the deployment reads: every default filled in. */
export type Config = z.output<typeof schema>;

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
export function parseConfig(input: unknown, known: KnownIds): Config {
  const result = schema.safeParse(input);
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
    ...unknownIds('memoryMiB', Object.keys(config.memoryMiB), known.stages),
    ...collectProblems(config.collect, known.connectors ?? []),
    ...respondProblems(config.respond),
    ...adoptProblems(config.adopt, {
      landing: config.landing.bucket === 'adopt' ? config.landing.name : undefined,
      region: config.region,
    }),
    ...tableRetentionProblems(config),
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

function tableRetentionProblems({ retentionDays: { tables, lake } }: Config): Problem[] {
  const names = TABLES.map(({ name }) => name);
  const late = Object.entries(tables).filter(([, kept]) => kept > lake);
  return [
    ...unknownIds('retentionDays.tables', Object.keys(tables), names),
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
      suggesting({ at, what: `unknown option "${key}"`, allowed: allowed.join(', ') }, key, allowed),
    );
  }
  const value = issue.path.reduce<unknown>(
    (of, key) => (typeof of === 'object' && of !== null ? Reflect.get(of, key) : undefined),
    input,
  );
  const given = value === undefined ? 'nothing' : JSON.stringify(value);
  return [
    { at, what: `${given.slice(0, 100)}: ${issue.message}`, allowed: allowedBy(issue), fix: `change ${at} in soc.config.ts` },
  ];
}

function suggesting(problem: Problem, word: string, allowed: readonly string[]): Problem {
  const guess = nearest(word, allowed);
  return { ...problem, fix: guess === undefined ? 'remove it' : `did you mean "${guess}"?` };
}

/** The options of the object at a path. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
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
