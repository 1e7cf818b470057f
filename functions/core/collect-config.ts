/** The `collect` section of the configuration: whose logs are pulled, who may push them, which partner buses bring them. */
import * as z from 'zod';
import { option, text } from './config-option.ts';
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
    connector: option(
      z.string(),
      text(
        'Id of a connector: `okta`, `github` … (docs/collect.md)',
        'コネクターの ID: `okta`、`github` など（docs/collect.md）。',
      ),
    ),
    name: option(
      name.optional(),
      text(
        "Tells several of one connector apart; names its cursors. Left out: the connector's id.",
        '同じコネクターが複数あるときの名前。カーソルの名前にもなります。省略するとコネクターの ID。',
      ),
    ),
    secret: option(
      secretReference,
      text('Name or ARN of the secret in Secrets Manager.', 'Secrets Manager のシークレットの名前または ARN。'),
    ),
    everyMin: option(z.int().min(2).max(1440).default(5), {
      ...text('Time between two runs.', '実行の間隔。'),
      unit: 'minutes',
      why: text('Most vendors show events only some minutes late.', '多くのベンダーは数分遅れでイベントを公開するため。'),
    }),
    backfillDays: option(z.number().min(0).max(365).default(7), {
      ...text('How far the first run reaches back.', '初回にさかのぼる期間。'),
      unit: 'days',
      why: text(
        'A week fills most baselines, within the rate limits of vendors.',
        'レート制限内で、1 週間あればベースラインの多くが埋まるため。',
      ),
    }),
    overlapMin: option(z.int().min(0).max(720).optional(), {
      ...text(
        "How far each window reaches back over the one before, for records that come late. Left out: the connector's.",
        '遅れて届くレコードのため、前回の範囲に重ねる時間。省略するとコネクターの既定。',
      ),
      unit: 'minutes',
    }),
  })
  .catchall(z.string());

const COMMON = Object.keys(connector.shape);

export const webhookSchema = z.strictObject({
  path: option(
    z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'letters, digits, - and _, at most 64'),
    text(
      'The last part of its URL: `/hooks/<path>`. Long and random is better, and it is no secret.',
      'URL の末尾: `/hooks/<path>`。長くランダムな方がよく、秘密ではありません。',
    ),
  ),
  source: option(name, text('Id of the source whose records it brings.', '届くレコードのソース ID。')),
  signature: option(
    z.enum(['github', 'slack', 'yagura']),
    text(
      "Who signs how: GitHub's `X-Hub-Signature-256`, Slack's `X-Slack-Signature`, or our own `X-Yagura-Signature`.",
      '署名方式: GitHub の `X-Hub-Signature-256`、Slack の `X-Slack-Signature`、または独自の `X-Yagura-Signature`。',
    ),
  ),
  secret: option(secretReference, text('Name or ARN of the signing secret.', '署名用シークレットの名前または ARN。')),
});

export const collectSchema = z.strictObject({
  connectors: option(z.array(connector).default([]), text('The APIs that are pulled.', '取得する API。')),
  webhooks: option(z.array(webhookSchema).default([]), {
    ...text('The endpoints that take pushed logs.', 'ログを受け取るエンドポイント。'),
    why: text('Without any there is no public URL.', '一つもなければ公開 URL は作られません。'),
  }),
  eventBuses: option(
    z.array(z.string().regex(/^[/.\-_A-Za-z0-9]{1,256}$/, 'the name of an event bus')).default([]),
    text(
      'Names of partner event buses that bring logs: `aws.partner/okta.com/…`, `aws.partner/auth0.com/…`.',
      'ログを届けるパートナーイベントバスの名前: `aws.partner/okta.com/…`、`aws.partner/auth0.com/…`。',
    ),
  ),
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
