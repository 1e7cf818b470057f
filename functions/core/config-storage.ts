/** The options of where data lies, how long, and under which lock. */
import * as z from 'zod';
import { type OptionDoc, option, text } from './config-option.ts';

const days = (most = 36_500) => z.int().min(1).max(most);
const LANDING: OptionDoc = {
  en: '`create`: a bucket of ours. `adopt`: one that exists (its owner turns EventBridge notifications on).',
  ja: '`create`: 新しいバケット。`adopt`: 既存のバケット（所有者が EventBridge 通知を有効にします）。',
};
/** S3 bucket names. @see Amazon S3 User Guide, "General purpose bucket naming rules" */
const bucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'an S3 bucket name');

export const landing = option(
  z
    .discriminatedUnion('bucket', [
      z.strictObject({ bucket: option(z.literal('create'), LANDING) }),
      z.strictObject({
        bucket: option(z.literal('adopt'), LANDING),
        name: option(bucketName, text('Name of the bucket that is adopted.', '引き継ぐバケットの名前。')),
        kmsKeyArn: option(
          z.string().startsWith('arn:', 'the ARN of a KMS key').optional(),
          text(
            "The key that its objects are encrypted with, where it is a customer's.",
            'オブジェクトを暗号化している顧客管理キー。',
          ),
        ),
      }),
    ])
    .default({ bucket: 'create' }),
  {
    ...text('The bucket that logs land in.', 'ログが届くバケット。'),
    why: text(
      'A bucket of our own has the right key policy and notifications from the start.',
      '自前のバケットなら、キーポリシーと通知が最初から正しいため。',
    ),
  },
);

export const retentionDays = option(
  z
    .strictObject({
      landing: option(days().default(30), {
        ...text('Logs as they came.', '届いたままのログ。'),
        unit: 'days',
        why: text(
          'They are in the raw archive too; a month is enough to look into a fault.',
          '原本アーカイブにもあり、障害調査には 1 か月で足りるため。',
        ),
      }),
      raw: option(days().default(400), {
        ...text('The locked archive of raw records.', 'ロックされた原本アーカイブ。'),
        unit: 'days',
        why: text(
          'Thirteen months: what is compared with last year is still there, and audits that ask for a year find one.',
          '13 か月。前年との比較と、1 年を求める監査に足りるため。',
        ),
      }),
      lake: option(days().default(400), {
        ...text('The tables that are queried.', 'クエリ対象のテーブル。'),
        unit: 'days',
        why: text('As long as raw: what can be proven can be queried.', '原本と同じ。証明できるものは検索もできるように。'),
      }),
      quarantine: option(days().default(90), {
        ...text('Records that could not be read.', '読み取れなかったレコード。'),
        unit: 'days',
        why: text('Time to mend a parser and replay.', 'パーサーを直して再処理するまでの猶予。'),
      }),
      evidence: option(days().default(2557), {
        ...text('Evidence of cases.', 'ケースの証拠。'),
        unit: 'days',
        why: text(
          'Seven years: the longest that common retention rules of claims ask for.',
          '7 年。請求や訴訟に関する一般的な保存期間の最長に合わせています。',
        ),
      }),
      athenaResults: option(days().default(7), {
        ...text('Results of queries.', 'クエリの結果。'),
        unit: 'days',
        why: text('They can be asked again.', '再実行できるため。'),
      }),
      tables: option(z.record(z.string(), days()).prefault({}), {
        ...text(
          'Tables of the lake that shall go sooner than the rest, by class: `{ network_activity: 60 }`. Counted from when events came in.',
          '他より早く消すレイクのテーブル（クラス別）。例: `{ network_activity: 60 }`。取り込み時点から数えます。',
        ),
        unit: 'days',
      }),
    })
    .prefault({}),
  text(
    'After so many days S3 deletes objects. Raw and evidence never before their lock ends.',
    'S3 がオブジェクトを削除するまでの日数。原本と証拠は、ロックが切れるまで消えません。',
  ),
);

export const objectLock = option(
  z
    .strictObject({
      mode: option(z.enum(['off', 'governance', 'compliance']).default('governance'), {
        ...text(
          'Governance can be lifted by the few who hold s3:BypassGovernanceRetention, compliance by nobody, not even AWS.',
          'governance は s3:BypassGovernanceRetention を持つ少数だけが解除でき、compliance は AWS も含め誰も解除できません。',
        ),
        why: text(
          'A lock that nobody can lift must be a decision, not a default.',
          '誰にも解除できないロックは、既定ではなく決定であるべきだから。',
        ),
      }),
      rawDays: option(days().default(90), {
        ...text('How long raw records are locked.', '原本のロック期間。'),
        unit: 'days',
        why: text('Longer than most intruders stay unseen.', '多くの侵入の潜伏期間より長いため。'),
      }),
      evidenceDays: option(days().default(365), {
        ...text('How long evidence is locked.', '証拠のロック期間。'),
        unit: 'days',
        why: text('An investigation of a year.', '1 年の調査に備えるため。'),
      }),
    })
    .prefault({}),
  text('S3 Object Lock of raw logs and evidence.', '原本と証拠の S3 Object Lock。'),
);

const INFREQUENT: OptionDoc = {
  en: 'After so many days objects go to S3 Standard-IA: half the price, and a charge for each read. S3 takes 30 or more. Left out: never.',
  ja: 'この日数の後、S3 Standard-IA へ移します。保管は半額で、読み取りに課金されます。30 以上。省略すると移しません。',
  unit: 'days',
};
const GLACIER: OptionDoc = {
  en: 'After so many days objects go to S3 Glacier Instant Retrieval: a sixth of the price, read at once, at a higher charge. Left out: never.',
  ja: 'この日数の後、S3 Glacier Instant Retrieval へ移します。保管は約 6 分の 1 で即時に読めますが、読み取りは割高です。省略すると移しません。',
  unit: 'days',
};
const classes = z.strictObject({
  infrequentAfterDays: option(z.int().min(30).max(36_500).optional(), INFREQUENT),
  glacierInstantAfterDays: option(z.int().min(0).max(36_500).optional(), GLACIER),
});
/** When objects go where. */
export type StorageClasses = z.output<typeof classes>;

export const storageClasses = option(
  z
    .strictObject({
      raw: option(classes.prefault({}), text('Of the raw archive.', '原本アーカイブ。')),
      lake: option(
        classes.prefault({}),
        text('Of every table that `tables` does not name.', '`tables` に書かれていないすべてのテーブル。'),
      ),
      evidence: option(classes.prefault({}), text('Of evidence.', '証拠。')),
      tables: option(
        z.record(z.string(), classes).prefault({}),
        text(
          'Of single tables of the lake, by class: `{ network_activity: { infrequentAfterDays: 30 } }`.',
          'テーブル別（クラス名）。例: `{ network_activity: { infrequentAfterDays: 30 } }`。',
        ),
      ),
    })
    .prefault({}),
  text(
    'Cheaper classes of storage by age. All of them are read at once, by Athena too: nothing must be restored first. Objects below 128 KiB are charged as such, and S3 leaves them where they are.',
    '古いデータを安価なストレージクラスへ移します。どれも即時に読め、Athena からも復元なしで検索できます。128 KiB 未満のオブジェクトは移されません。',
  ),
);
