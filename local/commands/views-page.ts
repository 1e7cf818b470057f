/** Turns the lake's views into the page that tells analysts which there are, with every column's meaning in English and Japanese. */
import type { FlatSpec } from '../../functions/core/lake/flat-view.ts';
import { FLAT_SPECS } from '../../functions/core/lake/flat-views.ts';
import { SECURITY_LAKE_SHAPES, SECURITY_LAKE_VIEWS, securityLakeTable } from '../../functions/core/lake/security-lake-views.ts';
import { TABLES, tableForClass } from '../../functions/core/lake/tables.ts';
import { trinoType } from '../../functions/core/lake/types.ts';

const INTRO = [
  'What queries read: on Athena in the database of the deployment, on a laptop with `npm run yagura -- query "…"`. Every view shows each event once. Bound every',
  'query by `eventday` (or by time, from which the days are derived): days are what a scan is charged by.',
  '',
  'Athena ではデプロイのデータベース、手元では `npm run yagura -- query "…"` で使えるビューの一覧です。どのビューでも 1 イベントは 1 行です。',
  'クエリには必ず `eventday`(または時刻)の範囲を指定してください。スキャン料金は日数で決まります。',
];

const LAKE = [
  'Queries that were written for Amazon Security Lake, source version 2 (OCSF 1.1), run here as they are. A second Glue database has its names,',
  '`amazon_security_lake_glue_db_<region>` with the region of the deployment; where Security Lake itself is on in that account and region it has them already: set',
  '`athena: { securityLakeNames: false }` in `soc.config.ts` and use the names of the first column. On a laptop the name of any region binds. Events of a Security',
  'Lake that is read as a source (`ocsf`) show in these views like those of our own sources.',
  '',
  'Amazon Security Lake(ソースバージョン 2、OCSF 1.1)向けに書かれたクエリがそのまま動きます。同じアカウント・リージョンで Security Lake を有効にしている場合は',
  '`securityLakeNames: false` とし、1 列目の名前を使ってください。手元ではどのリージョン名でも使えます。',
  '',
  '* Every region’s events are in one table, as in a roll-up region: filter by the column `region`.',
  '* Attributes that OCSF has renamed since are filled: `compliance.status_detail`, `resource` (the first of `resources`), `http_status`. `location.coordinates` is',
  '  not there: `lat` and `long` are.',
  '* Structs have further fields behind Security Lake’s, and `source`, `eventday`, `raw_ref` and others stand behind its columns.',
  '* `answers` is an empty list, not NULL, where nothing was answered.',
  '* `UNNEST(resources) AS t(resource)` gives whole items, on Athena and on a laptop.',
  '* Findings come from Security Hub and from GuardDuty, Inspector, Macie and Access Analyzer read directly: with both, a finding is there twice; group by `finding_info.uid`.',
];

/** The last state of each finding: a product sends one finding whenever it changes. */
export const NEWEST_FINDINGS = `SELECT * FROM (
  SELECT *, row_number() OVER (PARTITION BY source, coalesce(finding_uid, event_id) ORDER BY time DESC, ingest_time DESC) AS state
  FROM findings WHERE eventday >= '20260101'
) WHERE state = 1`;

const STATES = [
  '## States of a finding',
  '',
  'A product sends one finding whenever it changes: opened, updated, archived. In `findings`, `compliance` and `vulnerabilities` each state is a row, and a state that',
  'arrives twice is one row: what makes two rows one event is the id and the content of the raw record. The newest state of each finding (of `vulnerabilities`: `rank()`',
  'instead of `row_number()`, because a state has a row for each vulnerability):',
  '',
  '製品は検出結果が変わるたびに(作成、更新、アーカイブ)送り直します。これらのビューでは状態ごとに 1 行、同じ状態が二度届いても 1 行です。最新の状態だけを見るクエリ',
  '(`vulnerabilities` では `row_number()` の代わりに `rank()`):',
  '',
  '```sql',
  NEWEST_FINDINGS,
  '```',
  '',
];

const cell = (text: string): string => text.replaceAll('|', '\\|');
const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

function flatSection({ name, title, classes, columns }: FlatSpec): string[] {
  const of =
    classes === 'events'
      ? 'every class'
      : classes.map((uid) => `${tableForClass(uid).name} (${uid === 0 ? 'others' : uid})`).join(', ');
  const rows = columns.map((column) => {
    const type = column.type.kind === 'struct' ? 'row' : trinoType(column.type);
    return `| \`${column.name}\` | ${type} | ${cell(column.text.en)} | ${cell(column.text.ja)} |`;
  });
  return [
    `### ${name}`,
    '',
    `${title.en}. OCSF: ${of}.`,
    '',
    `${title.ja}。`,
    '',
    '| column | type | meaning | 意味 |',
    '|---|---|---|---|',
    ...rows,
    '',
  ];
}

function lakeSection(): string[] {
  const rows = SECURITY_LAKE_SHAPES.map(({ table, title, sources }, i) => {
    const own = SECURITY_LAKE_VIEWS[i]?.name ?? '';
    return `| \`${own}\` | \`${securityLakeTable(table, '<region>')}\` | ${title.en} | ${title.ja} | ${list([...sources, 'ocsf'])} |`;
  });
  const columns = SECURITY_LAKE_VIEWS.flatMap((view) => [`* \`${view.name}\`: ${list(view.columns.map(({ name }) => name))}`]);
  return [
    "## Amazon Security Lake's tables",
    '',
    ...LAKE,
    '',
    '| view | under its name | rows | 内容 | of the sources |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    'Their columns, with the meaning that OCSF gives them:',
    '',
    ...columns,
    '',
  ];
}

export function viewsPage(): string {
  const index = FLAT_SPECS.map(({ name, title }) => `| [\`${name}\`](#${name}) | ${title.en} | ${title.ja} |`);
  const classes = TABLES.map(({ name, classUid }) => `\`${name}\`${classUid === 0 ? ' (every other class)' : ` (${classUid})`}`);
  return [
    '# Views',
    '',
    ...INTRO,
    '',
    '## Flat views',
    '',
    'One name of a column has one meaning in every view. A column is NULL where the source does not tell.',
    '',
    '| view | rows | 内容 |',
    '|---|---|---|',
    ...index,
    '',
    ...FLAT_SPECS.flatMap(flatSection),
    ...STATES,
    ...lakeSection(),
    '## OCSF classes',
    '',
    `One view for each class, with every attribute: ${classes.join(', ')}. \`events\` is all of them with the columns that they share. \`identity_activity\` is who did what in the terms that baselines compare: a principal that stays the same from day to day, its peers, deed and place. \`DESCRIBE <view>\` lists columns and types.`,
    '',
  ].join('\n');
}
