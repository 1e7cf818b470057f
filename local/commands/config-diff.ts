/** `yagura config diff`: which options differ from a committed configuration, and what deploying that would change in the templates. */
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../functions/core/config.ts';
import { YaguraError } from '../../functions/core/error.ts';
import { isJsonObject, type JsonObject } from '../../functions/core/json.ts';
import { plain, tableText } from '../table-text.ts';
import { type ConfigOptions, type ReadConfig, readConfigFile } from './config.ts';
import { EXIT, note, out } from './io.ts';

/** A process of its own: nothing of the laptop's run loads CDK. */
const COMPARE = fileURLToPath(new URL('../../infra/compare.ts', import.meta.url));

export interface ConfigDiffOptions extends ConfigOptions {
  /** A revision of git's, or a file. */
  against: string;
  /** False with `--no-templates`. */
  templates: boolean;
}

interface OptionChange {
  path: string;
  before: unknown;
  after: unknown;
}
interface StackChange {
  stack: string;
  added: JsonObject[];
  removed: JsonObject[];
  changed: JsonObject[];
  losses: string[];
}

/** Ends with 3 where something that holds data would be lost. */
export async function configDiffCommand(options: ConfigDiffOptions): Promise<number> {
  const after = await readConfigFile(options.config);
  const before = await configBefore(options);
  const changes = optionChanges(before.config, after.config);
  const stacks = options.templates && changes.length > 0 ? await stackChanges(before.input, after.input) : [];
  const losses = stacks.flatMap((one) => one.losses.map((what) => ({ stack: one.stack, what })));
  if (options.json === true) out(JSON.stringify({ against: options.against, options: changes, stacks, losses }));
  else out(diffText(changes, stacks, options));
  return losses.length > 0 ? EXIT.partial : EXIT.ok;
}

/** @throws YaguraError NotFound where neither a file nor a revision is called so, BadConfig where it is not right */
async function configBefore({ against, config }: ConfigDiffOptions): Promise<ReadConfig> {
  if (/\.[cm]?[jt]s$/.test(against)) return await readConfigFile(against);
  const folder = dirname(resolve(config));
  const text = committed(against, config, folder);
  // Beside the file, so that its imports mean the same.
  const copy = join(folder, `.soc.config.${randomUUID()}.ts`);
  try {
    writeFileSync(copy, text, { flag: 'wx', mode: 0o600 });
    return await readConfigFile(copy);
  } finally {
    rmSync(copy, { force: true });
  }
}

function committed(revision: string, config: string, folder: string): string {
  try {
    if (revision.startsWith('-')) throw new Error('a revision begins with no dash');
    return execFileSync('git', ['show', `${revision}:./${relative(folder, resolve(config))}`], {
      ...{ cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    });
  } catch (error) {
    throw new YaguraError('NotFound', `no configuration in ${plain(revision)}`, {
      problems: [
        {
          at: '--against',
          what: plain(error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : String(error)),
          allowed: 'a revision of git that has the file, or a file ending in .ts',
        },
      ],
    });
  }
}

/** Every value that differs, by path; a list differs as a whole. */
export function optionChanges(before: Config, after: Config): OptionChange[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => JSON.stringify(old.get(path)) !== JSON.stringify(now.get(path)))
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }));
}

function leavesOf(value: unknown, path = ''): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map([[path, value]]);
  const entries = Object.entries(value).flatMap(([key, inner]) => [...leavesOf(inner, path === '' ? key : `${path}.${key}`)]);
  return new Map(entries);
}

/** @throws YaguraError BadConfig where the templates cannot be made; the process says why */
async function stackChanges(before: object, after: object): Promise<StackChange[]> {
  note('comparing templates …');
  const child = spawn(process.execPath, [COMPARE], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify({ before, after }));
  try {
    const answer: unknown = await json(child.stdout);
    return Array.isArray(answer) ? answer.filter(isJsonObject).map(asChange) : [];
  } catch {
    throw new YaguraError('BadConfig', 'the templates could not be made', {
      problems: [{ at: '--no-templates', what: 'what went wrong is above', fix: 'mend it, or compare options alone' }],
    });
  }
}

const asChange = (of: JsonObject): StackChange => {
  const list = (name: string): JsonObject[] => (Array.isArray(of[name]) ? of[name].filter(isJsonObject) : []);
  const said = Array.isArray(of['losses']) ? of['losses'].map(String) : [];
  return { stack: String(of['stack']), added: list('added'), removed: list('removed'), changed: list('changed'), losses: said };
};

const WORDS = {
  en: {
    none: 'no option differs',
    option: 'option',
    before: 'before',
    after: 'after',
    lost: 'DATA AT STAKE',
    added: 'new',
    removed: 'gone',
    changed: 'changed',
    what: 'resource',
  },
  ja: {
    none: '違いはありません',
    option: 'オプション',
    before: '変更前',
    after: '変更後',
    lost: 'データに影響',
    added: '追加',
    removed: '削除',
    changed: '変更',
    what: 'リソース',
  },
} as const;

function diffText(changes: readonly OptionChange[], stacks: readonly StackChange[], { locale }: ConfigDiffOptions): string {
  const words = WORDS[locale];
  if (changes.length === 0) return words.none;
  const said = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value));
  const rows = changes.map(({ path, before, after }) => [path, said(before), said(after)]);
  const resources = stacks.flatMap((one) =>
    (['added', 'removed', 'changed'] as const).flatMap((kind) =>
      one[kind].map(({ id, type, properties }) => [
        ...[words[kind], one.stack, type, id],
        Array.isArray(properties) ? properties.join(', ') : '',
      ]),
    ),
  );
  return [
    tableText([words.option, words.before, words.after], rows),
    ...(resources.length === 0 ? [] : ['', tableText(['', 'stack', words.what, 'id', ''], resources)]),
    ...stacks.flatMap(({ stack, losses }) => losses.map((what) => `${words.lost}  ${stack}: ${plain(what)}`)),
  ].join('\n');
}
