/** The `notify` section of the configuration: the channels, what each may show, and which notices go where. */
import * as z from 'zod';
import { TLPS } from '../case/marking.ts';
import { secretReference } from '../collect-config.ts';
import { nearest, type Problem } from '../error.ts';
import { LEVELS } from '../finding.ts';
import { NOTICE_KINDS } from './notice.ts';
import { quietHoursSchema } from './quiet-hours.ts';

const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a-z, 0-9 and -, at most 40');
const host = z.string().regex(/^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a host name such as acme.example.com');
/** No user, no password, no port: the port of requests goes to 443 of named hosts only. */
const isPlain = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && url.protocol === 'https:' && url.username === '' && url.password === '' && url.port === '';
};
const httpsUrl = z.string().max(500).refine(isPlain, 'an https URL without user, password and port');

const hours = z
  .number()
  .min(0)
  .max(24 * 90);

/** What every channel has. */
const common = {
  name,
  /** The most that it may show, TLP 2.0. Above that a message has an id and a severity, no word more. Default `GREEN`. */
  clearance: z.enum(TLPS).default('GREEN'),
  locale: z.enum(['en', 'ja']).default('en'),
  /** Messages an hour, beside those that page. What is over is folded into one message. Default 30. */
  perHour: z.int().min(2).max(10_000).default(30),
  /** Nothing that does not page is sent then; it waits. Default: none. */
  quietHours: quietHoursSchema.optional(),
};

export const channelSchema = z.discriminatedUnion('product', [
  /** A Slack app's bot: later messages on a matter go to its thread. The secret is the bot token (xoxb-…), scope chat:write. */
  z.strictObject({
    product: z.literal('slack'),
    ...common,
    channel: z.string().regex(/^[CGD][A-Z0-9]{5,20}$/, 'a channel id, C…: names can be given away'),
    secret: secretReference,
  }),
  /** The secret is the whole URL of the incoming webhook. */
  z.strictObject({ product: z.literal('slack-webhook'), ...common, secret: secretReference }),
  /** The secret is the whole URL that the Teams workflow "When a Teams webhook request is received" shows. */
  z.strictObject({ product: z.literal('teams'), ...common, secret: secretReference }),
  z.strictObject({
    product: z.literal('email'),
    ...common,
    /** An address or domain that is verified in SES. */
    from: z.email(),
    to: z.array(z.email()).min(1).max(50),
  }),
  /** The secret is the integration key of an Events API v2 integration. */
  z.strictObject({
    product: z.literal('pagerduty'),
    ...common,
    region: z.enum(['us', 'eu']).default('us'),
    secret: secretReference,
  }),
  /** The secret is `email:API token` of an account that may create issues there. */
  z.strictObject({
    product: z.literal('jira'),
    ...common,
    site: host,
    project: z.string().regex(/^[A-Z][A-Z0-9_]{0,9}$/, "a project's key"),
    issueType: z.string().min(1).max(60).default('Task'),
    secret: secretReference,
  }),
  /** The secret is `user:password` of an account with the role itil, or `apikey:<key>`. */
  z.strictObject({ product: z.literal('servicenow'), ...common, instance: host, secret: secretReference }),
  /** Any server of yours. The secret signs: `X-Yagura-Signature: t=<seconds>,v1=<HMAC-SHA-256 of "<seconds>.<body>">`. */
  z.strictObject({ product: z.literal('webhook'), ...common, url: httpsUrl, secret: secretReference }),
]);
export type Channel = z.output<typeof channelSchema>;
export type ChannelOf<Product extends Channel['product']> = Extract<Channel, { product: Product }>;

export const routeSchema = z.strictObject({
  /** Names of channels. */
  to: z.array(name).min(1),
  /** Default: every kind but `test`. */
  kinds: z.array(z.enum(NOTICE_KINDS)).optional(),
  /** Default `medium`. Notices that are about the SOC itself have severities too. */
  minSeverity: z.enum(LEVELS).default('medium'),
  /** It pages: neither quiet hours nor the hourly limit hold it back. Default false. */
  page: z.boolean().default(false),
});
export type Route = z.output<typeof routeSchema>;

export const personSchema = z.strictObject({
  /** As cases name them: owner, @mention. */
  name: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,99}$/u, 'as in cases'),
  locale: z.enum(['en', 'ja']).optional(),
  /** Mail for this person alone goes here, where an e-mail channel is on the route. */
  email: z.email().optional(),
  /** Slack's member id, U…, for a mention that rings. */
  slack: z
    .string()
    .regex(/^[UW][A-Z0-9]{5,20}$/, 'a member id, U…')
    .optional(),
  /** Never more than the channel's. Default: the channel's. */
  clearance: z.enum(TLPS).optional(),
});
export type Person = z.output<typeof personSchema>;

export const notifySchema = z.strictObject({
  /** Gets alarms and failed executions by mail, after confirming the subscription. */
  email: z.email().optional(),
  /** Where messages go. Default: nowhere. */
  channels: z.array(channelSchema).default([]),
  /** Which messages go where; every route that fits sends. Default: none. */
  routes: z.array(routeSchema).default([]),
  /** Who is told how. Default: nobody by name. */
  people: z.array(personSchema).default([]),
  /** Hours without any record after which a source counts as silent. 0: never. Default 24 for every source that has ever sent. */
  silentAfterHours: z.strictObject({ default: hours.default(24), sources: z.record(z.string(), hours).default({}) }).prefault({}),
  /** Address of the page of an incident, to which its id is added: `https://soc.example.com/incidents/`. Default: no link. */
  link: httpsUrl.optional(),
});
export type NotifyConfig = z.output<typeof notifySchema>;

/** The secrets that channels need, each once. */
export const channelSecrets = ({ channels }: NotifyConfig): string[] => [
  ...new Set(channels.flatMap((channel) => ('secret' in channel ? [channel.secret] : []))),
];

/** The addresses that mail comes from, each once. */
export const mailSenders = ({ channels }: NotifyConfig): string[] => [
  ...new Set(channels.flatMap((channel) => (channel.product === 'email' ? [channel.from] : []))),
];

/** What is right in form and wrong in meaning: names twice, routes to nowhere, channels that nothing reaches. */
export function notifyProblems({ channels, routes, people }: NotifyConfig): Problem[] {
  const names = channels.map((channel) => channel.name);
  const reached = new Set(routes.flatMap(({ to }) => to));
  return [
    ...repeated('notify.channels', names),
    ...repeated(
      'notify.people',
      people.map((person) => person.name),
    ),
    ...routes.flatMap(({ to }, i) =>
      to.filter((one) => !names.includes(one)).map((one) => unknownChannel(`notify.routes.${i}.to`, one, names)),
    ),
    ...names
      .filter((one) => !reached.has(one))
      .map((one) => ({
        at: 'notify.routes',
        what: `no route leads to the channel "${one}"`,
        fix: `add { to: ['${one}'], minSeverity: 'high' }, or remove the channel`,
      })),
  ];
}

function unknownChannel(at: string, one: string, names: readonly string[]): Problem {
  const near = nearest(one, names);
  const fix = near === undefined ? 'add the channel, or remove it here' : `did you mean "${near}"?`;
  return { at, what: `no channel is called "${one}"`, allowed: names.join(', '), fix };
}

function repeated(at: string, names: readonly string[]): Problem[] {
  const twice = new Set(names.filter((one, i) => names.indexOf(one) !== i));
  return [...twice].map((one) => ({ at, what: `"${one}" is there twice`, fix: 'give each a name of its own' }));
}
