/** `yagura destroy`: synthesized templates → what of a deployment would stay and what would go, and the commands for either. It destroys nothing. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { YaguraError } from '../../functions/core/error.ts';
import { isJsonObject, type JsonObject } from '../../functions/core/json.ts';
import type { Locale, LocalText } from '../../functions/core/text.ts';
import { tableText } from '../table-text.ts';
import { EXIT, out } from './io.ts';

interface Options {
  templates: string;
  json?: boolean;
  locale: Locale;
}

/** What becomes of one resource that holds data. */
export interface Fate {
  stack: string;
  resource: string;
  type: string;
  stays: boolean;
  why: LocalText;
}

/** What holds data, or is needed to read it. All else can be deployed again. */
const HOLDS_DATA = ['AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Logs::LogGroup'];
const WHY = {
  retain: { en: 'kept by its removal policy', ja: '削除ポリシーにより残ります' },
  locked: {
    en: 'goes only once every lock in it has ended and it is empty',
    ja: 'ロックがすべて終わり、空になるまで削除できません',
  },
  full: {
    en: 'goes only where it is empty: CloudFormation fails on one that is not',
    ja: '空の場合のみ削除され、そうでなければ失敗します',
  },
  key: { en: 'goes 30 days later; what it encrypted is lost then', ja: '30 日後に削除され、暗号化されたデータは失われます' },
  goes: { en: 'goes, with what is in it', ja: '中身とともに削除されます' },
} as const satisfies Record<string, LocalText>;

/** The fate of everything that holds data, by the templates of the last `cdk synth`. */
export function fatesOf(templates: ReadonlyMap<string, JsonObject>): Fate[] {
  return [...templates].flatMap(([stack, template]) =>
    Object.entries(isJsonObject(template['Resources']) ? template['Resources'] : {}).flatMap(([resource, found]): Fate[] => {
      if (!isJsonObject(found) || !HOLDS_DATA.includes(String(found['Type']))) return [];
      const stays = ['Retain', 'RetainExceptOnCreate'].includes(String(found['DeletionPolicy']));
      return [{ stack, resource, type: String(found['Type']), stays, why: stays ? WHY.retain : whyGoing(found) }];
    }),
  );
}

function whyGoing(resource: JsonObject): LocalText {
  const properties = isJsonObject(resource['Properties']) ? resource['Properties'] : {};
  if (resource['Type'] === 'AWS::KMS::Key') return WHY.key;
  if (resource['Type'] !== 'AWS::S3::Bucket') return WHY.goes;
  return properties['ObjectLockEnabled'] === true ? WHY.locked : WHY.full;
}

export async function destroyCommand({ templates: folder, json, locale }: Options): Promise<number> {
  const fates = fatesOf(await templatesIn(folder));
  if (json) {
    out(JSON.stringify(fates));
    return EXIT.ok;
  }
  const t = (en: string, ja: string): string => (locale === 'ja' ? ja : en);
  const rows = fates.map(({ stays, stack, resource, type, why }) => [
    stays ? t('stays', '残る') : t('goes', '消える'),
    stack,
    resource,
    type,
    why[locale],
  ]);
  out(tableText(['', t('stack', 'スタック'), t('resource', 'リソース'), t('type', '型'), t('why', '理由')], rows));
  const kept = fates.filter(({ stays, type }) => stays && type !== 'AWS::Logs::LogGroup').length;
  out(
    kept > 0
      ? t(
          "\nNothing was destroyed. To destroy all but what stays: npx cdk destroy --all\nEvidence, raw logs and the key that reads them stay. For all to go: onDestroy: 'delete' in soc.config.ts, npx cdk deploy --all, then yagura destroy again.",
          "\nまだ何も削除していません。残るもの以外を削除: npx cdk destroy --all\n証拠、原本ログ、復号キーは残ります。すべて削除するには soc.config.ts で onDestroy: 'delete' とし、npx cdk deploy --all の後にもう一度 yagura destroy を実行します。",
        )
      : t(
          "\nNothing was destroyed, but with these templates evidence goes too. To keep it: onDestroy: 'keep' in soc.config.ts, then npx cdk deploy --all.\nAn export first: docs/day-2.md. Then: npx cdk destroy --all",
          "\nまだ何も削除していませんが、このテンプレートでは証拠も消えます。残すには soc.config.ts で onDestroy: 'keep' とし、npx cdk deploy --all を実行します。\n先にエクスポート: docs/day-2.md。その後: npx cdk destroy --all",
        ),
  );
  return EXIT.ok;
}

/** @throws YaguraError NotFound where nothing was synthesized, BadContent for a file that is no template */
async function templatesIn(folder: string): Promise<Map<string, JsonObject>> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.template.json')).sort();
  if (names.length === 0) {
    const problems = [
      { at: '--templates', what: folder, allowed: 'a folder that cdk synth wrote', fix: 'npx cdk synth --quiet' },
    ];
    throw new YaguraError('NotFound', `there are no templates in ${folder}`, { problems });
  }
  const templates = new Map<string, JsonObject>();
  for (const name of names) templates.set(name.replace('.template.json', ''), await templateIn(join(folder, name)));
  return templates;
}

async function templateIn(file: string): Promise<JsonObject> {
  try {
    const template: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (isJsonObject(template)) return template;
  } catch {
    // Told below.
  }
  throw new YaguraError('BadContent', `${file} is no template`, {
    problems: [{ at: file, what: 'no JSON object', fix: 'npx cdk synth --quiet' }],
  });
}
