/** The `notify` section of the configuration: the channels, what each may show, and which notices go where. */
import * as z from 'zod';
import { TLPS } from '../case/marking.ts';
import { secretReference } from '../collect-config.ts';
import { option, text } from '../config-option.ts';
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

const SECRET = {
  slack: text('The bot token (xoxb-…), scope chat:write.', 'ボットトークン（xoxb-…）、スコープ chat:write。'),
  url: text("The whole URL of the product's incoming webhook or workflow.", '製品の受信 Webhook またはワークフローの URL 全体。'),
};

/** What every channel has. */
const common = {
  name: option(name, text('Names it in routes.', '経路で使う名前。')),
  clearance: option(z.enum(TLPS).default('GREEN'), {
    ...text(
      'The most that it may show, TLP 2.0. Above that a message has an id and a severity, no word more.',
      '表示してよい上限（TLP 2.0）。それを超えるメッセージは ID と深刻度だけになります。',
    ),
    why: text('Chats are read by many, and kept by others.', 'チャットは多くの人が読み、他社に保存されるため。'),
  }),
  locale: option(z.enum(['en', 'ja']).default('en'), {
    ...text('Language of its messages.', 'メッセージの言語。'),
    why: text('The language that most teams share.', '最も多くのチームに通じる言語のため。'),
  }),
  perHour: option(z.int().min(2).max(10_000).default(30), {
    ...text(
      'Messages beside those that page. What is over is folded into one message.',
      '呼び出し以外のメッセージ数。超えた分は 1 通にまとめます。',
    ),
    unit: 'messages an hour',
    why: text('One every two minutes is the most that somebody reads.', '人が読めるのは 2 分に 1 通が限度のため。'),
  }),
  quietHours: option(
    quietHoursSchema.optional(),
    text('Nothing that does not page is sent then; it waits.', 'この時間帯は、呼び出し以外を送らず保留します。'),
  ),
};
const product = <const Name extends string>(id: Name) =>
  option(z.literal(id), text('What kind of channel it is.', 'チャネルの種類。'));

export const channelSchema = z.discriminatedUnion('product', [
  /** A Slack app's bot: later messages on a matter go to its thread. */
  z.strictObject({
    product: product('slack'),
    ...common,
    channel: option(
      z.string().regex(/^[CGD][A-Z0-9]{5,20}$/, 'a channel id, C…: names can be given away'),
      text("The channel's id.", 'チャネル ID。'),
    ),
    secret: option(secretReference, SECRET.slack),
  }),
  z.strictObject({ product: product('slack-webhook'), ...common, secret: option(secretReference, SECRET.url) }),
  /** Workflow "When a Teams webhook request is received". */
  z.strictObject({ product: product('teams'), ...common, secret: option(secretReference, SECRET.url) }),
  z.strictObject({
    product: product('email'),
    ...common,
    from: option(z.email(), text('An address or domain that is verified in SES.', 'SES で検証済みのアドレスまたはドメイン。')),
    to: option(z.array(z.email()).min(1).max(50), text('Who gets it.', '宛先。')),
  }),
  z.strictObject({
    product: product('pagerduty'),
    ...common,
    region: option(z.enum(['us', 'eu']).default('us'), {
      ...text("The account's service region.", 'アカウントのサービスリージョン。'),
      why: text("PagerDuty's own default.", 'PagerDuty の既定。'),
    }),
    secret: option(secretReference, text('The integration key of an Events API v2 integration.', 'Events API v2 の統合キー。')),
  }),
  z.strictObject({
    product: product('jira'),
    ...common,
    site: option(host, text('Host name of the site.', 'サイトのホスト名。')),
    project: option(
      z.string().regex(/^[A-Z][A-Z0-9_]{0,9}$/, "a project's key"),
      text('Where issues are made.', '課題を作るプロジェクト。'),
    ),
    issueType: option(z.string().min(1).max(60).default('Task'), {
      ...text('Type of the issues.', '課題の種類。'),
      why: text('Every project template has it.', 'どのプロジェクトテンプレートにもあるため。'),
    }),
    secret: option(
      secretReference,
      text(
        '`email:API token` of an account that may create issues there.',
        'そこに課題を作れるアカウントの `メール:API トークン`。',
      ),
    ),
  }),
  z.strictObject({
    product: product('servicenow'),
    ...common,
    instance: option(host, text('Host name of the instance.', 'インスタンスのホスト名。')),
    secret: option(
      secretReference,
      text(
        '`user:password` of an account with the role itil, or `apikey:<key>`.',
        'itil ロールを持つアカウントの `user:password`、または `apikey:<key>`。',
      ),
    ),
  }),
  z.strictObject({
    product: product('webhook'),
    ...common,
    url: option(httpsUrl, text('Any server of yours.', '自社の任意のサーバー。')),
    secret: option(
      secretReference,
      text(
        'It signs: `X-Yagura-Signature: t=<seconds>,v1=<HMAC-SHA-256 of "<seconds>.<body>">`.',
        '署名に使います: `X-Yagura-Signature: t=<秒>,v1=<"<秒>.<本文>" の HMAC-SHA-256>`。',
      ),
    ),
  }),
]);
export type Channel = z.output<typeof channelSchema>;
export type ChannelOf<Product extends Channel['product']> = Extract<Channel, { product: Product }>;

export const routeSchema = z.strictObject({
  to: option(z.array(name).min(1), text('Names of channels.', 'チャネルの名前。')),
  kinds: option(
    z.array(z.enum(NOTICE_KINDS)).optional(),
    text('What it carries. Left out: every kind but `test`.', '送る種類。省略すると `test` 以外のすべて。'),
  ),
  minSeverity: option(z.enum(LEVELS).default('medium'), {
    ...text(
      'What is below does not go this way. Notices that are about the SOC itself have severities too.',
      'これ未満は送りません。SOC 自体に関する通知にも深刻度があります。',
    ),
    why: text(
      'Low ones are signals: they add up, and tell nobody by themselves.',
      'low は単独では知らせず、積み重ねて評価するため。',
    ),
  }),
  page: option(z.boolean().default(false), {
    ...text(
      'It pages: neither quiet hours nor the hourly limit hold it back.',
      '呼び出し。静音時間にも件数制限にも止められません。',
    ),
    why: text('Waking somebody is a decision.', '人を起こすのは決定であるべきだから。'),
  }),
});
export type Route = z.output<typeof routeSchema>;

export const personSchema = z.strictObject({
  name: option(
    z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,99}$/u, 'as in cases'),
    text('As cases name them: owner, @mention.', 'ケースでの呼び名（担当者、@メンション）。'),
  ),
  locale: option(
    z.enum(['en', 'ja']).optional(),
    text("Their language. Left out: the channel's.", '言語。省略するとチャネルの言語。'),
  ),
  email: option(
    z.email().optional(),
    text(
      'Mail for this person alone goes here, where an e-mail channel is on the route.',
      'メールチャネルが経路にあるとき、この人だけへのメールの宛先。',
    ),
  ),
  slack: option(
    z
      .string()
      .regex(/^[UW][A-Z0-9]{5,20}$/, 'a member id, U…')
      .optional(),
    text("Slack's member id, for a mention that rings.", '通知が鳴るメンションに使う Slack のメンバー ID。'),
  ),
  clearance: option(
    z.enum(TLPS).optional(),
    text(
      "The most that they may see; never more than the channel's. Left out: the channel's.",
      '見てよい上限。チャネルの上限は超えません。省略するとチャネルと同じ。',
    ),
  ),
});
export type Person = z.output<typeof personSchema>;

export const notifySchema = z.strictObject({
  email: option(
    z.email().optional(),
    text(
      'Gets alarms and failed executions by mail, after confirming the subscription.',
      'アラームと失敗した実行をメールで受け取るアドレス。購読の確認が必要です。',
    ),
  ),
  channels: option(z.array(channelSchema).default([]), text('Where messages go.', 'メッセージの送り先。')),
  routes: option(
    z.array(routeSchema).default([]),
    text(
      'Which messages go where; every route that fits sends.',
      'どのメッセージをどこへ送るか。当てはまる経路すべてが送ります。',
    ),
  ),
  people: option(z.array(personSchema).default([]), text('Who is told how.', '誰にどう知らせるか。')),
  silentAfterHours: option(
    z
      .strictObject({
        default: option(hours.default(24), {
          ...text('For every source that has ever sent.', '一度でも届いたすべてのソースについて。'),
          unit: 'hours',
          why: text(
            'The quietest sources of a working SOC send once a day.',
            '動いている SOC では、静かなソースでも 1 日 1 回は届くため。',
          ),
        }),
        sources: option(z.record(z.string(), hours).default({}), {
          ...text('For single sources, by id.', '個別のソースについて（ID 別）。'),
          unit: 'hours',
        }),
      })
      .prefault({}),
    text(
      'Time without any record after which a source counts as silent. 0: never.',
      'レコードが届かないと途絶とみなすまでの時間。0 は判定しません。',
    ),
  ),
  link: option(
    httpsUrl.optional(),
    text(
      'Address of the page of an incident, to which its id is added: `https://soc.example.com/incidents/`. Left out: no link.',
      'インシデントのページの URL。末尾に ID が付きます: `https://soc.example.com/incidents/`。省略するとリンクなし。',
    ),
  ),
  approvalLink: option(
    httpsUrl.optional(),
    text(
      'Address of the pages of approvals, to which an approval id is added: `https://soc.example.com/approvals/`. Opening one decides nothing. Left out: such messages lead to the incident.',
      '承認ページの URL。末尾に承認 ID が付きます: `https://soc.example.com/approvals/`。開くだけでは何も決定されません。省略するとインシデントへのリンクになります。',
    ),
  ),
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
