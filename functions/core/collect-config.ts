/** The `collect` section of the configuration: whose logs are pulled, who may push them, which partner buses bring them. */
import * as z from 'zod';
import { nearest, type Problem } from './error.ts';

/** An option that one connector has beside the common ones. All are texts. */
export interface OptionSpec {
  /** What it is, with an example. */
  what: string;
  pattern: RegExp;
  /** Left out, it is this; without a default it must be given. */
  default?: string;
}

/** What the configuration needs to know of a connector. */
export interface KnownConnector {
  id: string;
  options: Readonly<Record<string, OptionSpec>>;
  overlapMin: number;
}

/** A Secrets Manager name or ARN; never the secret. @see Secrets Manager API, CreateSecret: Name */
export const secretReference = z
  .string()
  .regex(
    /^(arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:)?[A-Za-z0-9/_+=.@-]{1,512}$/,
    'the name or ARN of a secret in Secrets Manager (letters, digits and /_+=.@-), never the secret itself',
  );
const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a-z, 0-9 and -, at most 40');

const connector = z
  .object({
    /** Id of a connector: `okta`, `github` … */
    connector: z.string(),
    /** Tells several of one connector apart; names its cursors. Default: the connector's id. */
    name: name.optional(),
    /** Name or ARN of the secret in Secrets Manager. */
    secret: secretReference,
    /** Minutes between two runs, 2 to 1440. Default 5. */
    everyMin: z.int().min(2).max(1440).default(5),
    /** Days before the first run that are fetched too, 0 to 365. Default 7. */
    backfillDays: z.number().min(0).max(365).default(7),
    /** Minutes that each window reaches back over the one before, for records that come late; 0 to 720. Default: the connector's. */
    overlapMin: z.int().min(0).max(720).optional(),
  })
  .catchall(z.string());

const COMMON = Object.keys(connector.shape);

export const webhookSchema = z.strictObject({
  /** The last part of its URL: `/hooks/<path>`. Long and random is better, and it is no secret. */
  path: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'letters, digits, - and _, at most 64'),
  /** Id of the source whose records it brings. */
  source: name,
  /** Who signs how: GitHub's `X-Hub-Signature-256`, Slack's `X-Slack-Signature`, or our own `X-Yagura-Signature`. */
  signature: z.enum(['github', 'slack', 'yagura']),
  /** Name or ARN of the signing secret. */
  secret: secretReference,
});

export const collectSchema = z.strictObject({
  /** The APIs that are pulled. Default: none. */
  connectors: z.array(connector).default([]),
  /** The endpoints that take pushed logs. Without any there is no public URL. Default: none. */
  webhooks: z.array(webhookSchema).default([]),
  /** Names of partner event buses that bring logs: `aws.partner/okta.com/…`, `aws.partner/auth0.com/…`. Default: none. */
  eventBuses: z.array(z.string().regex(/^[/.\-_A-Za-z0-9]{1,256}$/, 'the name of an event bus')).default([]),
});
export type CollectConfig = z.output<typeof collectSchema>;
export type WebhookConfig = z.output<typeof webhookSchema>;

/** One pulled API, every default filled in. */
export interface ConnectorSettings {
  name: string;
  connector: string;
  secret: string;
  everyMin: number;
  backfillDays: number;
  overlapMin: number;
  options: Readonly<Record<string, string>>;
}

/** The settings of every connector of a checked configuration. */
export function connectorSettings({ connectors }: CollectConfig, known: readonly KnownConnector[]): ConnectorSettings[] {
  return connectors.map(({ connector: id, name: given, secret, everyMin, backfillDays, overlapMin, ...rest }) => {
    const spec = known.find((one) => one.id === id);
    const defaults = Object.entries(spec?.options ?? {}).flatMap(([key, option]) =>
      option.default === undefined ? [] : [[key, option.default]],
    );
    const options = { ...Object.fromEntries(defaults), ...rest };
    return {
      name: given ?? id,
      connector: id,
      secret,
      everyMin,
      backfillDays,
      overlapMin: overlapMin ?? spec?.overlapMin ?? 0,
      options,
    };
  });
}

/** The secrets that pulling and receiving need, each once. */
export const pullSecrets = (config: CollectConfig): string[] => [...new Set(config.connectors.map(({ secret }) => secret))];
export const pushSecrets = (config: CollectConfig): string[] => [...new Set(config.webhooks.map(({ secret }) => secret))];

/** What is right in form and wrong in meaning. */
export function collectProblems(config: CollectConfig, known: readonly KnownConnector[]): Problem[] {
  return [
    ...config.connectors.flatMap((one, i) => connectorProblems(one, `collect.connectors.${i}`, known)),
    ...repeated(
      'collect.connectors',
      config.connectors.map((one) => one.name ?? one.connector),
      'give each a `name` of its own',
    ),
    ...repeated(
      'collect.webhooks',
      config.webhooks.map(({ path }) => path),
      'give each a `path` of its own',
    ),
    ...repeated('collect.eventBuses', config.eventBuses, 'name each bus once'),
  ];
}

function connectorProblems(given: CollectConfig['connectors'][number], at: string, known: readonly KnownConnector[]): Problem[] {
  const spec = known.find(({ id }) => id === given.connector);
  if (spec === undefined) {
    const ids = known.map(({ id }) => id);
    return [
      {
        at: `${at}.connector`,
        what: `unknown connector "${given.connector}"`,
        allowed: ids.join(', '),
        ...guess(given.connector, ids),
      },
    ];
  }
  const own = Object.keys(spec.options);
  const strange = Object.keys(given).filter((key) => !COMMON.includes(key) && !own.includes(key));
  const allowed = [...COMMON, ...own];
  return [
    ...strange.map((key) => ({
      at,
      what: `unknown option "${key}" of ${spec.id}`,
      allowed: allowed.join(', '),
      ...guess(key, allowed),
    })),
    ...Object.entries(spec.options).flatMap(([key, option]) => optionProblems(`${at}.${key}`, given[key], option)),
  ];
}

function optionProblems(at: string, value: unknown, { what, pattern, default: left }: OptionSpec): Problem[] {
  if (value === undefined) return left === undefined ? [{ at, what: 'missing', allowed: what, fix: `add it: ${what}` }] : [];
  if (typeof value === 'string' && pattern.test(value)) return [];
  return [{ at, what: JSON.stringify(value).slice(0, 100), allowed: what, fix: `change ${at} in soc.config.ts` }];
}

const guess = (word: string, allowed: readonly string[]): { fix: string } => {
  const near = nearest(word, allowed);
  return { fix: near === undefined ? 'remove it' : `did you mean "${near}"?` };
};

function repeated(at: string, names: readonly string[], fix: string): Problem[] {
  const twice = new Set(names.filter((one, i) => names.indexOf(one) !== i));
  return [...twice].map((one) => ({ at, what: `"${one}" is there twice`, fix }));
}
