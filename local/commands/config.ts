/** `yagura config check|explain`: whether a configuration is right, and what each option means, is and why. */
import { readFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { CONNECTORS } from '../../functions/collect/connectors/index.ts';
import { type Config, parseConfig } from '../../functions/core/config.ts';
import type { ConfigOption } from '../../functions/core/config-options.ts';
import { configOptions } from '../../functions/core/config-options.ts';
import { presetOf } from '../../functions/core/config-presets.ts';
import { configSchema } from '../../functions/core/config-schema.ts';
import { nearest, type Problem, YaguraError } from '../../functions/core/error.ts';
import type { Locale } from '../../functions/core/text.ts';
import { PIPELINE } from '../../functions/pipeline.ts';
import { configLines } from '../config-lines.ts';
import { ROOT } from '../content.ts';
import { loadSources } from '../mappings.ts';
import { plain, tableText } from '../table-text.ts';
import { configAt } from './config-file.ts';
import { EXIT, out } from './io.ts';

export interface ConfigOptions {
  config: string;
  json?: boolean;
  locale: Locale;
}

export const CONFIG_FILE = join(ROOT, 'soc.config.ts');

export interface ReadConfig {
  /** As the file says it. */
  input: object;
  config: Config;
}

/** @throws YaguraError BadConfig with every problem, each at its line */
export async function readConfigFile(path: string): Promise<ReadConfig> {
  const input = await configAt(path);
  const sources = (await loadSources()).map(({ id }) => id);
  try {
    return { input, config: parseConfig(input, { sources, stages: PIPELINE.map(({ id }) => id), connectors: CONNECTORS }) };
  } catch (error) {
    if (!(error instanceof YaguraError)) throw error;
    const lineOf = configLines(await readFile(resolve(path), 'utf8'));
    const problems = error.problems.map((problem) => atLine(problem, path, lineOf(problem.at ?? '')));
    throw new YaguraError(error.code, `${problems.length} problems in ${basename(path)}`, { problems });
  }
}

function atLine(problem: Problem, path: string, line: number | undefined): Problem {
  const file = relative(process.cwd(), resolve(path)) || path;
  return { ...problem, at: `${file}${line === undefined ? '' : `:${line}`} ${problem.at ?? ''}`.trim() };
}

/** Exit 2 and every problem where it is wrong. */
export async function configCheckCommand({ config: path, json, locale }: ConfigOptions): Promise<number> {
  const { input, config } = await readConfigFile(path);
  const said = configOptions(configSchema).filter((one) => !one.isSection && valueAt(input, one.path) !== undefined).length;
  const { name, region, account } = config;
  if (json === true) out(JSON.stringify({ file: path, ok: true, optionsSaid: said, config }));
  else
    out(
      plain(
        locale === 'ja'
          ? `${basename(path)} に問題はありません。既定から変更: ${said} 項目。名前 ${name}、アカウント ${account ?? '（認証情報による）'}、リージョン ${region ?? '（認証情報による）'}`
          : `${basename(path)} is right. It says ${said} options, the rest are defaults. Name ${name}, account ${account ?? '(of the credentials)'}, region ${region ?? '(of the credentials)'}`,
      ),
    );
  return EXIT.ok;
}

const WORDS = {
  en: {
    option: 'option',
    value: 'value',
    from: 'from',
    unit: 'unit',
    allowed: 'allowed',
    default: 'default',
    why: 'why',
    none: 'none',
    required: 'must be said',
    shapes: 'only of',
  },
  ja: {
    option: 'オプション',
    value: '値',
    from: '由来',
    unit: '単位',
    allowed: '許容値',
    default: '既定',
    why: '理由',
    none: 'なし',
    required: '必須',
    shapes: '対象',
  },
} as const;

/** Everything below a path, or all; with one option, all that there is to say of it. */
export async function configExplainCommand(
  asked: string | undefined,
  { config: path, json, locale }: ConfigOptions,
): Promise<number> {
  const { input, config } = await readConfigFile(path);
  const all = configOptions(configSchema);
  const shown =
    asked === undefined ? all.filter((one) => !one.path.includes('[]') && !one.path.includes('<id>')) : below(all, asked);
  const explained = shown.map((one) => explain(one, { asked, input, config }));
  if (json === true) {
    out(JSON.stringify(explained.map(({ one, ...rest }) => ({ ...rest, ...one }))));
    return EXIT.ok;
  }
  const [first] = explained;
  if (asked !== undefined && first !== undefined) out(optionText(first, locale));
  const rest = (asked === undefined ? explained : explained.slice(1)).filter(({ one }) => !one.isSection);
  const words = WORDS[locale];
  if (rest.length > 0)
    out(
      tableText(
        [words.option, words.value, words.from, words.unit, ''],
        rest.map(({ one, value, from }) => [
          one.path,
          value === undefined ? '' : JSON.stringify(value),
          from,
          one.doc?.unit ?? '',
          one.doc?.[locale] ?? '',
        ]),
        64,
      ),
    );
  return EXIT.ok;
}

interface Explained {
  one: ConfigOption;
  /** What holds now; undefined where nothing does, or where the path stands for many. */
  value: unknown;
  from: 'file' | 'preset' | 'default' | '';
}

function explain(
  one: ConfigOption,
  { asked, input, config }: { asked: string | undefined; input: object; config: Config },
): Explained {
  // `notify.channels.0` was asked: what is below it is of the first channel.
  const path =
    asked === undefined ? one.path : [...asked.split('.'), ...one.path.split('.').slice(asked.split('.').length)].join('.');
  const isMany = path.includes('[]') || path.includes('<id>');
  if (isMany) return { one, value: undefined, from: '' };
  const isPreset = valueAt(presetOf(input)?.options, path) !== undefined;
  return {
    one,
    value: valueAt(config, path),
    from: valueAt(input, path) !== undefined ? 'file' : isPreset ? 'preset' : 'default',
  };
}

/** @throws YaguraError NotFound with the nearest path */
function below(all: readonly ConfigOption[], asked: string): ConfigOption[] {
  const steps = asked.split('.');
  const found = all.filter(({ path, type }) => {
    const own = path.replaceAll('[]', '.[]').split('.');
    const isEntry = type.startsWith('a map') && asked.split('.').length === own.length + 1;
    return asSteps(isEntry ? steps.slice(0, -1) : steps, own);
  });
  if (found.length > 0) return found;
  const paths = all.map(({ path }) => path);
  const near =
    nearest(asked, paths) ?? paths.find((path) => path.split('.').at(-1)?.toLowerCase() === steps.at(-1)?.toLowerCase());
  throw new YaguraError('NotFound', `no option ${plain(asked)}`, {
    problems: [
      {
        at: asked.slice(0, 100),
        what: 'there is no such option',
        fix: near === undefined ? '`yagura config explain` lists them' : `did you mean "${near}"?`,
      },
    ],
  });
}

/** A number stands for an entry of a list, any word for a key of a map. */
const asSteps = (asked: readonly string[], own: readonly string[]): boolean =>
  asked.length <= own.length &&
  asked.every((step, i) => step === own[i] || (own[i] === '[]' && /^\d+$/.test(step)) || own[i] === '<id>');

function optionText({ one, value, from }: Explained, locale: Locale): string {
  const words = WORDS[locale];
  const said = (of: unknown): string => (of === undefined ? words.none : JSON.stringify(of));
  const rows: [string, string][] = [
    [words.value, `${said(value)}${from === '' ? '' : ` (${from})`}`],
    [words.allowed, one.type],
    ...(one.doc?.unit === undefined ? [] : [[words.unit, one.doc.unit] satisfies [string, string]]),
    [words.default, one.isRequired ? words.required : said(one.default)],
    ...(one.doc?.why === undefined ? [] : [[words.why, one.doc.why[locale]] satisfies [string, string]]),
    ...(one.shapes.length === 0 ? [] : [[words.shapes, one.shapes.join(', ')] satisfies [string, string]]),
  ];
  const shown = one.isSection ? rows.slice(0, 0) : rows;
  return [one.path, `  ${one.doc?.[locale] ?? ''}`, ...shown.map(([label, text]) => `  ${label}: ${plain(text)}`)].join('\n');
}

/** What a configuration says at a path; undefined where nothing, or where a step is not its own. */
export function valueAt(of: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
      of,
    );
}
