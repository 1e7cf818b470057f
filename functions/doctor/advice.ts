/** What each finding means to a person: what is wrong, why it matters, and the command that fixes it. `{name}` is a value of the finding. */
import type { LocalText } from '../core/text.ts';

/** `error`: detection or response does not work. `warning`: it works, and something will bite. */
export type Severity = 'error' | 'warning';

export interface Advice {
  severity: Severity;
  what: LocalText;
  why: LocalText;
  fix: string;
}

type Row = readonly [severity: Severity, what: readonly [en: string, ja: string], why: Why, fix: string];

const WHY = {
  logs: { en: 'Logs do not arrive, and nothing is detected in them.', ja: 'ログが届かず、検知できません。' },
  stage: { en: 'A part of the pipeline stands still.', ja: 'パイプラインの一部が停止しています。' },
  deploy: { en: 'The deployment would fail or go to the wrong place.', ja: 'デプロイが失敗するか、誤った場所に行われます。' },
  response: { en: 'Responses would fail when they are needed.', ja: '必要なときに対応が失敗します。' },
  safety: {
    en: 'What protects the data or the account is weaker than it should be.',
    ja: 'データやアカウントの保護が弱くなっています。',
  },
  lost: { en: 'What is waiting here was not judged by any rule.', ja: 'ここに残るものはどのルールでも判定されていません。' },
  told: { en: 'People are not told of incidents.', ja: 'インシデントが担当者に通知されません。' },
  query: { en: 'Scheduled detections and hunts cannot query the lake.', ja: '定期検知とハンティングがレイクを検索できません。' },
  secret: {
    en: 'What is fetched or told with it fails: logs do not come, or people are not told.',
    ja: 'これを使う取得や通知が失敗し、ログが届かないか、担当者に通知されません。',
  },
  ends: {
    en: 'Vendors let credentials end, usually within a year; what is fetched or told with it stops that day.',
    ja: '認証情報には通常 1 年以内の期限があり、その日に取得や通知が止まります。',
  },
  gone: {
    en: 'All that is encrypted with it is lost for good on that day, evidence too.',
    ja: '期日に、証拠を含め、これで暗号化したすべてのデータが失われます。',
  },
  cost: { en: 'A flood of logs would be noticed on the bill only.', ja: 'ログの急増に請求書でしか気付けません。' },
  blind: { en: 'Attacks that show only there are not seen.', ja: 'そこにしか現れない攻撃を検知できません。' },
} as const satisfies Record<string, LocalText>;
type Why = keyof typeof WHY;

const DEPLOY = 'npx cdk deploy --all';
const ROWS = {
  'root-credentials': [
    'warning',
    ['The credentials are those of the root user of {account}', '{account} の root ユーザーの認証情報です'],
    'safety',
    'aws sso login',
  ],
  'wrong-account': [
    'error',
    [
      'The credentials are of account {account}, soc.config.ts says {wanted}',
      '認証情報は {account}、soc.config.ts は {wanted} です',
    ],
    'deploy',
    'export AWS_PROFILE=profile-of-{wanted}',
  ],
  'wrong-region': [
    'error',
    ['The region is {region}, soc.config.ts says {wanted}', 'リージョンは {region}、soc.config.ts は {wanted} です'],
    'deploy',
    'export AWS_REGION={wanted}',
  ],
  'clock-skew': [
    'error',
    ["This machine's clock is {seconds} s off", 'この端末の時計が {seconds} 秒ずれています'],
    'deploy',
    'sudo timedatectl set-ntp true',
  ],
  'bootstrap-role': [
    'error',
    ['{account} in {region} has no CDK deploy role', '{account} の {region} に CDK のデプロイロールがありません'],
    'deploy',
    'npx cdk bootstrap aws://{account}/{region}',
  ],
  'bootstrap-bucket': [
    'error',
    ['{account} in {region} has no CDK asset bucket', '{account} の {region} に CDK のアセットバケットがありません'],
    'deploy',
    'npx cdk bootstrap aws://{account}/{region}',
  ],
  'quota-concurrency': [
    'warning',
    ['Lambda runs at most {limit} at once', 'Lambda の同時実行数の上限が {limit} です'],
    'stage',
    'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000 --region {region}',
  ],
  'quota-code': [
    'warning',
    ['Lambda keeps {used} of {limit} MiB of code', 'Lambda のコード容量 {limit} MiB のうち {used} MiB を使用中です'],
    'deploy',
    'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-2ACBD22F --desired-value 150 --region {region}',
  ],
  'quota-roles': [
    'warning',
    ['The account has {used} of {limit} IAM roles', 'IAM ロール {limit} 個のうち {used} 個を使用中です'],
    'deploy',
    'aws service-quotas request-service-quota-increase --service-code iam --quota-code L-FE177D64 --desired-value 2000 --region us-east-1',
  ],
  'quota-rules': [
    'warning',
    ['The default bus has {used} of {limit} rules', 'デフォルトバスのルール {limit} 個のうち {used} 個を使用中です'],
    'deploy',
    'aws service-quotas list-service-quotas --service-code events --region {region}   # rules per event bus: ask for more',
  ],
  'quota-trails': [
    'warning',
    [
      '{region} has {used} of {limit} trails, none of them for all regions',
      '{region} の証跡が上限 {limit} 個中 {used} 個で、全リージョンの証跡がありません',
    ],
    'logs',
    'aws cloudtrail describe-trails --no-include-shadow-trails --region {region}   # the limit cannot be raised: make one of them multi-region',
  ],
  'organization-none': [
    'error',
    ['The account is in no organization, soc.config.ts says {wanted}', '組織に属していませんが、soc.config.ts は {wanted} です'],
    'response',
    'aws organizations describe-organization   # of which account? or take organizationId out of soc.config.ts',
  ],
  'organization-other': [
    'error',
    ['The organization is {found}, soc.config.ts says {wanted}', '組織は {found}、soc.config.ts は {wanted} です'],
    'response',
    'aws organizations describe-organization   # right? then organizationId in soc.config.ts is {found}',
  ],
  'organization-features': [
    'warning',
    ['Organization {found} has billing features only', '組織 {found} は一括請求機能のみです'],
    'response',
    'aws organizations enable-all-features',
  ],
  'budget-missing': [
    'warning',
    ['Account {account} has no budget', 'アカウント {account} に予算がありません'],
    'cost',
    'aws budgets create-budget --account-id {account} --budget BudgetName=yagura,BudgetType=COST,TimeUnit=MONTHLY,"BudgetLimit={Amount=100,Unit=USD}"',
  ],
  'landing-missing': [
    'error',
    ['The landing bucket {bucket} is not there', '受信バケット {bucket} がありません'],
    'logs',
    DEPLOY,
  ],
  'landing-notification': [
    'error',
    ['Bucket {bucket} tells EventBridge nothing of new objects', 'バケット {bucket} は EventBridge に通知していません'],
    'logs',
    DEPLOY,
  ],
  'landing-public': [
    'error',
    ['Bucket {bucket} does not block public access', 'バケット {bucket} がパブリックアクセスをブロックしていません'],
    'safety',
    'aws s3api put-public-access-block --bucket {bucket} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true',
  ],
  'landing-policy': [
    'error',
    [
      'The policy of bucket {bucket} does not let {source} deliver; add: {statement}',
      'バケット {bucket} のポリシーが {source} の配信を許可していません。追加: {statement}',
    ],
    'logs',
    DEPLOY,
  ],
  'key-missing': ['error', ['The key {key} is not there', 'キー {key} がありません'], 'logs', DEPLOY],
  'key-deletion': [
    'error',
    ['The key {key} waits for its deletion', 'キー {key} は削除待ちです'],
    'gone',
    'aws kms cancel-key-deletion --key-id {key} && aws kms enable-key --key-id {key}',
  ],
  'key-disabled': [
    'error',
    ['The key {key} is {state}', 'キー {key} の状態は {state} です'],
    'logs',
    'aws kms enable-key --key-id {key}',
  ],
  'key-rotation': [
    'warning',
    ['The key {key} is not rotated', 'キー {key} のローテーションが無効です'],
    'safety',
    'aws kms enable-key-rotation --key-id {key}',
  ],
  'key-policy': [
    'error',
    [
      'The policy of key {key} does not let {source} encrypt; add: {statement}',
      'キー {key} のポリシーが {source} の暗号化を許可していません。追加: {statement}',
    ],
    'logs',
    DEPLOY,
  ],
  'adopted-missing': [
    'error',
    ['The bucket {bucket} is not there', 'バケット {bucket} がありません'],
    'logs',
    'aws s3api head-bucket --bucket {bucket}   # then mend adopt in soc.config.ts',
  ],
  'adopted-region': [
    'error',
    ['Bucket {bucket} is in {at}, the deployment in {region}', 'バケット {bucket} は {at}、デプロイは {region} です'],
    'logs',
    'aws s3api get-bucket-location --bucket {bucket}',
  ],
  'adopted-notification': [
    'error',
    ['Bucket {bucket} tells EventBridge nothing of new objects', 'バケット {bucket} は EventBridge に通知していません'],
    'logs',
    "aws s3api get-bucket-notification-configuration --bucket {bucket}   # add EventBridgeConfiguration: {} to what is there, in the console or by its owner's code",
  ],
  'adopted-policy': [
    'error',
    [
      'The policy of bucket {bucket} does not let ingest read; add: {statement}',
      'バケット {bucket} のポリシーが読み取りを許可していません。追加: {statement}',
    ],
    'logs',
    'aws s3api get-bucket-policy --bucket {bucket} --query Policy --output text',
  ],
  'adopted-key-policy': [
    'error',
    [
      'The policy of key {key} does not let ingest decrypt; add: {statement}',
      'キー {key} のポリシーが復号を許可していません。追加: {statement}',
    ],
    'logs',
    'aws kms get-key-policy --key-id {key} --policy-name default --query Policy --output text',
  ],
  'trail-missing': [
    'error',
    ['There is no trail in {region}', '{region} に証跡がありません'],
    'logs',
    'aws cloudtrail create-trail help   # multi-region, into the landing bucket',
  ],
  'trail-stopped': [
    'error',
    ['Trail {trail} does not log', '証跡 {trail} が記録していません'],
    'logs',
    'aws cloudtrail start-logging --name {trail}',
  ],
  'trail-delivery': [
    'error',
    ['Trail {trail} cannot deliver to {bucket}: {failure}', '証跡 {trail} が {bucket} に配信できません: {failure}'],
    'logs',
    'aws s3api get-bucket-policy --bucket {bucket}',
  ],
  'trail-one-region': [
    'warning',
    ['Trail {trail} logs one region only', '証跡 {trail} は 1 リージョンのみ記録します'],
    'blind',
    'aws cloudtrail update-trail --name {trail} --is-multi-region-trail',
  ],
  'trail-validation': [
    'warning',
    ['Trail {trail} writes no digests', '証跡 {trail} のログ検証が無効です'],
    'safety',
    'aws cloudtrail update-trail --name {trail} --enable-log-file-validation',
  ],
  'trail-data-events': [
    'warning',
    ['No trail logs data events, {trail} neither', 'データイベントを記録する証跡がありません（{trail}）'],
    'blind',
    'aws cloudtrail put-event-selectors help   # trail {trail}: data events are charged',
  ],
  'guardduty-missing': [
    'warning',
    ['GuardDuty is off in {region}', '{region} の GuardDuty が無効です'],
    'blind',
    'aws guardduty create-detector --enable --region {region}',
  ],
  'guardduty-disabled': [
    'warning',
    ['GuardDuty detector {detector} is suspended', 'GuardDuty ディテクター {detector} が停止中です'],
    'blind',
    'aws guardduty update-detector --detector-id {detector} --enable',
  ],
  'stage-missing': ['error', ['Stage {stage} has no function', 'ステージ {stage} の関数がありません'], 'stage', DEPLOY],
  'function-failed': [
    'error',
    ['The function of stage {stage} failed to start', 'ステージ {stage} の関数が起動できません'],
    'stage',
    'aws lambda get-function-configuration --function-name {name}',
  ],
  'mapping-missing': [
    'error',
    ['No queue feeds stage {stage}', 'ステージ {stage} にキューがつながっていません'],
    'stage',
    DEPLOY,
  ],
  'mapping-disabled': [
    'error',
    ['The queue of stage {stage} is switched off', 'ステージ {stage} のキューが無効です'],
    'stage',
    'aws lambda update-event-source-mapping --uuid {id} --enabled',
  ],
  'queue-missing': [
    'error',
    ['The queue of stage {stage} is not there', 'ステージ {stage} のキューがありません'],
    'stage',
    DEPLOY,
  ],
  'dead-letters-none': [
    'error',
    ['The queue of stage {stage} has no dead-letter queue', 'ステージ {stage} にデッドレターキューがありません'],
    'lost',
    DEPLOY,
  ],
  'dead-letters': [
    'error',
    ['{count} messages of stage {stage} failed for good', 'ステージ {stage} のメッセージ {count} 件が処理できませんでした'],
    'lost',
    'aws sqs start-message-move-task --source-arn {arn}',
  ],
  'table-missing': ['error', ['The table {table} is not there', 'テーブル {table} がありません'], 'stage', DEPLOY],
  'table-recovery': [
    'warning',
    ['Table {table} has no point-in-time recovery', 'テーブル {table} のポイントインタイムリカバリが無効です'],
    'safety',
    'aws dynamodb update-continuous-backups --table-name {table} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true',
  ],
  'workgroup-missing': [
    'error',
    ['The Athena workgroup {workgroup} is not there', 'Athena ワークグループ {workgroup} がありません'],
    'query',
    DEPLOY,
  ],
  'workgroup-disabled': [
    'error',
    ['The Athena workgroup {workgroup} is switched off', 'Athena ワークグループ {workgroup} が無効です'],
    'query',
    'aws athena update-work-group --work-group {workgroup} --state ENABLED',
  ],
  'database-missing': [
    'error',
    ['The Glue database {database} is not there', 'Glue データベース {database} がありません'],
    'query',
    DEPLOY,
  ],
  'flow-none': [
    'error',
    ['Nothing has arrived from any source yet', 'どのソースからもまだ何も届いていません'],
    'logs',
    'aws cloudtrail describe-trails   # does the trail deliver to the landing bucket?',
  ],
  'source-never': [
    'error',
    [
      'Source {source} has never sent anything; {rules} rules cannot fire for it',
      'ソース {source} から一度も届いていません。{rules} 個のルールが検知できません',
    ],
    'blind',
    'npm run yagura -- sources   # how {source} arrives',
  ],
  'source-silent': [
    'error',
    [
      'Source {source} has been silent for {hours} hours (allowed: {allowed}); {rules} rules cannot fire for it',
      'ソース {source} から {hours} 時間届いていません（許容 {allowed} 時間）。{rules} 個のルールが検知できません',
    ],
    'blind',
    'npm run yagura -- sources   # how {source} arrives',
  ],
  quarantine: [
    'warning',
    ['{count} objects wait in quarantine bucket {bucket}', '隔離バケット {bucket} に {count} 個あります'],
    'lost',
    'aws s3 ls --recursive s3://{bucket}/',
  ],
  'quarantine-missing': [
    'error',
    ['The quarantine bucket {bucket} is not there', '隔離バケット {bucket} がありません'],
    'lost',
    DEPLOY,
  ],
  'role-missing': [
    'error',
    ['Role {role} is not in account {account}', 'ロール {role} がアカウント {account} にありません'],
    'response',
    DEPLOY,
  ],
  'role-trust': [
    'error',
    ['Role {role} does not ask for external id {externalId}', 'ロール {role} が外部 ID {externalId} を要求していません'],
    'response',
    DEPLOY,
  ],
  'secret-missing': [
    'error',
    ['The secret {secret} is not there', 'シークレット {secret} がありません'],
    'secret',
    'aws secretsmanager create-secret --name {secret} --secret-string file:///dev/stdin',
  ],
  'secret-deleted': [
    'error',
    ['The secret {secret} waits for its deletion', 'シークレット {secret} は削除待ちです'],
    'secret',
    'aws secretsmanager restore-secret --secret-id {secret}',
  ],
  'secret-empty': [
    'error',
    ['The secret {secret} has no value', 'シークレット {secret} に値がありません'],
    'secret',
    'aws secretsmanager put-secret-value --secret-id {secret} --secret-string file:///dev/stdin',
  ],
  'secret-old': [
    'warning',
    ['The secret {secret} was last changed {days} days ago', 'シークレット {secret} は {days} 日間変更されていません'],
    'ends',
    'aws secretsmanager put-secret-value --secret-id {secret} --secret-string file:///dev/stdin',
  ],
  'secret-expired': [
    'error',
    [
      'The secret {secret} expired {days} days ago, says its tag {tag}',
      'シークレット {secret} は {days} 日前に期限切れです（タグ {tag}）',
    ],
    'secret',
    'aws secretsmanager put-secret-value --secret-id {secret} --secret-string file:///dev/stdin && aws secretsmanager tag-resource --secret-id {secret} --tags Key={tag},Value=YYYY-MM-DD',
  ],
  'secret-expires': [
    'warning',
    [
      'The secret {secret} expires in {days} days, says its tag {tag}',
      'シークレット {secret} は {days} 日後に期限が切れます（タグ {tag}）',
    ],
    'secret',
    'aws secretsmanager put-secret-value --secret-id {secret} --secret-string file:///dev/stdin && aws secretsmanager tag-resource --secret-id {secret} --tags Key={tag},Value=YYYY-MM-DD',
  ],
  'secret-expiry-unreadable': [
    'warning',
    [
      'The tag {tag} of secret {secret} is no day (YYYY-MM-DD)',
      'シークレット {secret} のタグ {tag} が日付（YYYY-MM-DD）ではありません',
    ],
    'ends',
    'aws secretsmanager tag-resource --secret-id {secret} --tags Key={tag},Value=YYYY-MM-DD',
  ],
  'members-none': [
    'error',
    [
      '{count} member accounts and no StackSet {stackset}',
      'メンバーアカウントが {count} 個ありますが、StackSet {stackset} がありません',
    ],
    'response',
    'npx cdk deploy --all   # with members.organizationalUnits in soc.config.ts: it makes {stackset}',
  ],
  'members-missing': [
    'error',
    ['Accounts without responder roles: {accounts}', '対応ロールのないアカウント: {accounts}'],
    'response',
    'npx cdk deploy --all   # with the units of {accounts} in members.organizationalUnits: {stackset} reaches them',
  ],
  'members-stale': [
    'warning',
    ['Accounts whose responder roles are of another version: {accounts}', '対応ロールが古いアカウント: {accounts}'],
    'response',
    'npx cdk deploy --all && aws cloudformation list-stack-instances --stack-set-name {stackset}',
  ],
  'members-refused': [
    'error',
    [
      '{role} may not assume the responder roles of: {accounts}',
      '{role} は次のアカウントの対応ロールを引き受けられません: {accounts}',
    ],
    'response',
    'aws iam simulate-principal-policy --policy-source-arn {role} --action-names sts:AssumeRole   # then npx cdk deploy --all; or a service control policy denies it',
  ],
  'mail-unverified': [
    'error',
    ['SES may not send as {sender}', 'SES は {sender} として送信できません'],
    'told',
    'aws sesv2 create-email-identity --email-identity {sender}',
  ],
  'mail-sandbox': [
    'warning',
    ['SES is in its sandbox: it sends to verified addresses only', 'SES がサンドボックスです。検証済みの宛先にしか送れません'],
    'told',
    'aws sesv2 put-account-details help',
  ],
} as const satisfies Record<string, Row>;

export type AdviceId = keyof typeof ROWS;

const adviceOf = ([severity, [en, ja], why, fix]: Row): Advice => ({ severity, what: { en, ja }, why: WHY[why], fix });

export const ADVICE = Object.fromEntries(Object.entries(ROWS).map(([id, row]) => [id, adviceOf(row)])) as Record<
  AdviceId,
  Advice
>;
