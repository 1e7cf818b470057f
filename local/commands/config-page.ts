/** Turns the configuration's schema into docs/config.md. */
import type { ConfigOption } from '../../functions/core/config-options.ts';
import { configOptions } from '../../functions/core/config-options.ts';
import { PRESET_IDS, PRESETS } from '../../functions/core/config-presets.ts';
import { configSchema } from '../../functions/core/config-schema.ts';
import { presetCost } from '../preset-cost.ts';

const INTRO = [
  '# Configuration',
  '',
  '`soc.config.ts` at the top of the repository is the one file that a deployment and a laptop read. Every option has a default; an unknown one is an error.',
  '`npm run yagura -- config check` finds what is wrong, with its line. `config explain [PATH] [--locale ja]` says what an option means and what holds now.',
  '`config diff [--against REVISION]` says which options and resources differ from the committed configuration, and which data that would cost.',
  '`[]` stands for each entry of a list, `<id>` for each key of a map.',
  '',
];

export async function configPage(): Promise<string> {
  const all = configOptions(configSchema);
  const tops = all.filter(({ path }) => !path.includes('.'));
  const simple = tops.filter((top) => childrenOf(all, top).length === 0);
  const holders = tops.filter((top) => !simple.includes(top));
  return [
    ...INTRO,
    ...(await presetsSection()),
    '## At the top',
    '',
    ...table(simple),
    '',
    ...holders.flatMap((top) => [`## \`${top.path}\``, '', ...introOf(top), ...table(rowsBelow(all, top)), '']),
  ].join('\n');
}

const childrenOf = (all: readonly ConfigOption[], { path }: ConfigOption): ConfigOption[] =>
  all.filter((one) => one.path.startsWith(`${path}.`) || one.path.startsWith(`${path}[]`));

const rowsBelow = (all: readonly ConfigOption[], top: ConfigOption): ConfigOption[] => childrenOf(all, top);

const introOf = ({ doc, isSection, type, default: left }: ConfigOption): string[] => [
  ...(doc === undefined ? [] : [`${doc.en}  `, doc.ja, '']),
  ...(isSection ? [] : [`Allowed: ${type}. Default: ${defaultText(left)}.`, '']),
];

function table(rows: readonly ConfigOption[]): string[] {
  return [
    '| option | meaning | 意味 | allowed | default | why |',
    '|---|---|---|---|---|---|',
    ...rows.map((one) => {
      const { doc, path, type, isRequired, isSection, default: left, shapes } = one;
      const only = shapes.length === 0 ? '' : ` (of ${shapes.join(', ')})`;
      const allowed = isSection ? '' : `${type}${doc?.unit === undefined ? '' : `; ${doc.unit}`}`;
      const without = isSection ? '' : isRequired ? 'must be said' : defaultText(left);
      const cells = [`\`${path}\`${only}`, doc?.en ?? '', doc?.ja ?? '', allowed, without, doc?.why?.en ?? ''];
      return `| ${cells.map(cell).join(' | ')} |`;
    }),
  ];
}

const defaultText = (left: unknown): string => (left === undefined ? 'none' : `\`${JSON.stringify(left)}\``);
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** What each preset says, and what a month costs at the volume that it is meant for. */
async function presetsSection(): Promise<string[]> {
  const rows = await Promise.all(
    PRESET_IDS.map(async (id) => {
      const { says, gbPerDay, options } = PRESETS[id];
      const { usd, freeUsd } = await presetCost(id);
      const changes = leaves(options).map(([path, value]) => `\`${path}\` ${JSON.stringify(value)}`);
      return `| \`${id}\` | ${cell(says.en)} | ${cell(says.ja)} | ${gbPerDay} | ${usd.toFixed(0)} | ${freeUsd.toFixed(0)} | ${cell(changes.join(', '))} |`;
    }),
  );
  return [
    '## Presets',
    '',
    "`preset: 'small-company'` puts these below what the file says. The cost of a month is the cost model's (`yagura cost`), storage full, at list price of",
    'us-east-1; beside it the same without what AWS gives every account each month (Lambda, SQS, DynamoDB, CloudWatch, Step Functions). Storage counts as S3 Standard.',
    '',
    '| preset | for whom | 対象 | GB of raw logs a day | USD a month | less the free tier | what it says |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ];
}

function leaves(of: object, prefix = ''): [string, unknown][] {
  return Object.entries(of).flatMap(([key, value]): [string, unknown][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? leaves(value, `${prefix}${key}.`)
      : [[`${prefix}${key}`, value]],
  );
}
