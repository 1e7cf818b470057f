/** Every option of `soc.config.ts`, with its default, what it means and why. */
import * as z from 'zod';
import { adoptSchema } from './adopted-buckets.ts';
import { apiSchema } from './api/member.ts';
import { casePolicySchema } from './case/policy.ts';
import { collectSchema } from './collect-config.ts';
import { option, text } from './config-option.ts';
import { PRESET_IDS } from './config-presets.ts';
import { landing, objectLock, retentionDays, storageClasses } from './config-storage.ts';
import { membersSchema } from './members.ts';
import { notifySchema } from './notify/config.ts';
import { respondSchema } from './respond-config.ts';
import { freshnessSchema } from './source-freshness.ts';
import { autoClosePolicySchema } from './triage/policy.ts';

/** Who operates, who steers, what is covered, what it costs. */
export const DASHBOARDS = ['operations', 'manager', 'coverage', 'cost'] as const;
export type DashboardName = (typeof DASHBOARDS)[number];

/** The retention times that CloudWatch Logs takes, in days. @see CloudWatch Logs PutRetentionPolicy */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 3653,
] as const;

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as ap-northeast-1');
/** Every option: unknown keys are errors, because a misspelt option that is ignored is a SOC that does not do what its owner thinks. */
export const configSchema = z.strictObject({
  preset: option(
    z.enum(PRESET_IDS).optional(),
    text(
      'Where to start from: a preset stands below the file, which may say anything differently. Left out: the defaults alone.',
      '出発点。プリセットの上に、このファイルの指定が重なります。省略すると既定値だけ。',
    ),
  ),
  name: option(
    z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,19}$/, 'a-z, 0-9 and -, at most 20')
      .default('yagura'),
    {
      ...text(
        'Prefix of stack, role and state machine names. Another name is another deployment in the same account.',
        'スタック、ロール、ステートマシンの名前の接頭辞。名前を変えると、同じアカウントに別の環境をデプロイできます。',
      ),
      why: text('One deployment an account is the usual case.', '1 アカウント 1 環境が普通のため。'),
    },
  ),
  account: option(
    z
      .string()
      .regex(/^\d{12}$/, '12 digits')
      .optional(),
    text(
      'The account that is deployed to. Left out: that of the credentials, and templates are for any.',
      'デプロイ先のアカウント。省略すると認証情報のアカウントになり、テンプレートはどのアカウントでも使えます。',
    ),
  ),
  region: option(
    region.optional(),
    text(
      'The home region: everything is stored and judged there. Left out: that of the credentials.',
      'ホームリージョン。保管と検知はすべてここで行われます。省略すると認証情報のリージョンです。',
    ),
  ),
  organizationId: option(
    z
      .string()
      .regex(/^o-[a-z0-9]{10,32}$/, 'o- and 10 to 32 of a-z 0-9')
      .optional(),
    text(
      'The organization whose trails may deliver logs here and whose accounts responses may act on. Left out: this account alone.',
      'ログを配信でき、対応の対象にもなる AWS Organizations の組織。省略するとこのアカウントだけです。',
    ),
  ),
  members: option(
    membersSchema.prefault({}),
    text('The other accounts of the organization (docs/deploy.md).', '組織の他のアカウント（docs/deploy.md）。'),
  ),
  sources: option(z.union([z.literal('all'), z.array(z.string())]).default('all'), {
    ...text('Ids of the sources to take events of (docs/sources.md).', 'イベントを取り込むソースの ID（docs/sources.md）。'),
    why: text(
      'A source that sends nothing costs nothing, and one that is left out is a blind spot.',
      '届かないソースに費用はかからず、外したソースは死角になるため。',
    ),
  }),
  freshness: freshnessSchema.prefault({}),
  landing,
  adopt: option(
    adoptSchema,
    text(
      "Buckets of others that are read where they are, beside the landing bucket: an organization's trail, a Security Lake (docs/decisions/0043-adopted-buckets.md).",
      '他者が所有し、そのままの場所で読むバケット。組織の証跡や Security Lake など（docs/decisions/0043-adopted-buckets.md）。',
    ),
  ),
  retentionDays,
  storageClasses,
  objectLock,
  residency: z
    .strictObject({
      regions: option(z.array(region).default([]), {
        ...text(
          'The only regions that data may lie in and that whatever is named by ARN may be of. Where it is empty, all are allowed; where it is not, `region` must be said.',
          'データを置いてよい唯一のリージョン。ARN で指定するものもこの中に限ります。空なら制限なし。指定すると `region` が必須になります。',
        ),
        why: text('Most deployments have no such rule.', '多くの環境にはそのような規則がないため。'),
      }),
    })
    .prefault({}),
  iam: z
    .strictObject({
      permissionsBoundary: option(
        z
          .string()
          .regex(/^[\w+=,.@-]{1,128}$/, 'the name of a managed policy, not its ARN')
          .optional(),
        text(
          'Name of a managed policy that bounds every role that is created, here and in member accounts, where a policy of this name must exist. Left out: no boundary.',
          '作成するすべてのロールに付けるアクセス許可の境界（管理ポリシーの名前）。メンバーアカウントにも同名のポリシーが必要です。省略すると境界なし。',
        ),
      ),
    })
    .prefault({}),
  vpc: option(
    z
      .strictObject({
        subnetIds: option(
          z
            .array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, 'a subnet id'))
            .min(1)
            .max(16),
          text(
            'Private subnets, two or more for availability. They need a way to AWS: endpoints of S3, DynamoDB, SQS, EventBridge, Athena, Glue, KMS, STS, Secrets Manager, Step Functions and Logs, or a NAT gateway; collectors need the internet.',
            'プライベートサブネット（可用性のため 2 つ以上）。S3、DynamoDB、SQS、EventBridge、Athena、Glue、KMS、STS、Secrets Manager、Step Functions、Logs のエンドポイントか NAT ゲートウェイが必要です。コレクターにはインターネットへの経路が必要です。',
          ),
        ),
        securityGroupIds: option(
          z
            .array(z.string().regex(/^sg-[0-9a-f]{8,17}$/, 'a security group id'))
            .min(1)
            .max(5),
          text(
            'Their security groups: outbound 443 is all that is needed.',
            'セキュリティグループ。必要なのは外向きの 443 だけです。',
          ),
        ),
      })
      .optional(),
    text(
      'The VPC that functions run in. Left out: none, and nothing of it is needed: no function listens.',
      '関数を実行する VPC。省略すると VPC なし。待ち受ける関数はないため、通常は不要です。',
    ),
  ),
  metrics: option(z.enum(['all', 'alarms']).default('all'), {
    ...text(
      'Which counters become CloudWatch metrics: all, or those alone that alarms read. The others stay in the logs.',
      'CloudWatch メトリクスにするカウンター。すべて、またはアラームが使うものだけ。残りはログに残ります。',
    ),
    why: text(
      '0.30 US dollars a month each, and dashboards are empty without.',
      '1 つ月 0.30 ドルで、ないとダッシュボードが空になるため。',
    ),
  }),
  athena: z
    .strictObject({
      cutoffGiB: option(z.number().min(0.01).max(100_000).default(100), {
        ...text('A query that would scan more is stopped.', 'これより多くスキャンするクエリは止まります。'),
        unit: 'GiB',
        why: text('About 0.50 US dollars: a slip of the hand stays cheap.', '約 0.50 ドル。うっかりしても高くつかないように。'),
      }),
      securityLakeNames: option(z.boolean().default(true), {
        ...text(
          "A second Glue database with the names of Amazon Security Lake's, so that queries published for it run unchanged. Set it to false where Security Lake itself is on in this account and region: it has these names.",
          'Amazon Security Lake と同じ名前の Glue データベースも作り、公開されているクエリをそのまま実行できるようにします。このアカウントとリージョンで Security Lake を使っている場合は、名前が衝突するため false にします。',
        ),
        why: text('Views cost nothing.', 'ビューに費用はかからないため。'),
      }),
    })
    .prefault({}),
  cost: z
    .strictObject({
      dailyQueryUsd: option(z.number().min(0).max(100_000).default(10), {
        ...text(
          'What scheduled queries, hunts and baselines may cost a UTC day at list price. When it is spent they stop until the next day and a finding says so; people may still ask.',
          '定期クエリ、ハント、ベースラインに 1 UTC 日あたり使ってよい額（定価）。使い切ると翌日まで止まり、検知として知らせます。人による検索は続けられます。',
        ),
        unit: 'US dollars a day',
        why: text(
          'A few times of what the shipped queries need at 100 GB a day.',
          '1 日 100 GB で標準のクエリに必要な額の数倍。',
        ),
      }),
    })
    .prefault({}),
  notify: option(
    notifySchema.prefault({}),
    text(
      'Who is told what, where and in which language (docs/notifications.md).',
      '誰に、何を、どこへ、どの言語で知らせるか（docs/notifications.md）。',
    ),
  ),
  collect: option(
    collectSchema.prefault({}),
    text(
      "Logs that are pulled from vendors' APIs, pushed by them, or brought by partner event buses (docs/collect.md).",
      'ベンダーの API からの取得、Webhook での受信、パートナーイベントバス経由で届くログ（docs/collect.md）。',
    ),
  ),
  respond: option(
    respondSchema.prefault({}),
    text('What responses may act on (docs/actions.md).', '対応の対象にできるもの（docs/actions.md）。'),
  ),
  cases: option(
    casePolicySchema.prefault({}),
    text(
      'How cases are worked: tiers, clocks, four eyes, markings, people and shifts (docs/cases.md).',
      'ケースの進め方: 階層、SLA、二人承認、取り扱い区分、担当者とシフト（docs/cases.md）。',
    ),
  ),
  triage: z
    .strictObject({
      autoClose: option(
        autoClosePolicySchema.prefault({}),
        text(
          'Which incidents may be closed without a person, where every other guard holds too.',
          '他の条件をすべて満たすとき、人を介さずクローズしてよいインシデント。',
        ),
      ),
    })
    .prefault({}),
  api: option(
    apiSchema.prefault({}),
    text('Who may call the API, in which role (docs/api.md).', 'API を呼び出せる人とその役割（docs/api.md）。'),
  ),
  locale: option(z.enum(['en', 'ja']).default('en'), {
    ...text('Language of dashboards and alarms.', 'ダッシュボードとアラームの言語。'),
    why: text('The language that most teams share.', '最も多くのチームに通じる言語のため。'),
  }),
  dashboards: option(z.array(z.enum(DASHBOARDS)).default([...DASHBOARDS]), {
    ...text('CloudWatch dashboards; each costs 3 USD a month.', 'CloudWatch ダッシュボード。1 つにつき月額 3 USD です。'),
    why: text('What nobody sees, nobody mends; a trial needs one.', '見えないものは直せないため。試用なら 1 つで足ります。'),
  }),
  logRetentionDays: option(z.literal(LOG_RETENTION_DAYS).default(90), {
    ...text("How long the functions' own logs are kept.", '関数自身のログの保存期間。'),
    unit: 'days',
    why: text(
      'They hold no data of a case; a quarter is enough to look into a fault.',
      'ケースのデータは含まれず、障害調査には 3 か月で足りるため。',
    ),
  }),
  memoryMiB: option(z.record(z.string(), z.int().min(512).max(10_240)).prefault({}), {
    ...text(
      "Memory of stages by id, where it shall differ from the pipeline's. More memory is more CPU.",
      'パイプラインの既定と変えるステージのメモリ。メモリに比例して CPU も増えます。',
    ),
    unit: 'MiB',
  }),
  onDestroy: option(z.enum(['keep', 'delete']).default('keep'), {
    ...text(
      '`keep`: destroying the stacks leaves every bucket, table and key. `delete`: they go too, as far as locks and contents allow.',
      '`keep`: スタックを削除してもバケット、テーブル、キーは残ります。`delete`: ロックと中身が許す限り、それらも削除します。',
    ),
    why: text('Evidence must survive a slip of the hand.', '証拠は操作ミスで失われてはならないため。'),
  }),
});
