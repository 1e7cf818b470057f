/** Turns the configuration's schema into docs/config.md. */
import type { ConfigOption } from '../../functions/core/config-options.ts';
import { configOptions } from '../../functions/core/config-options.ts';
import { configSchema } from '../../functions/core/config-schema.ts';

const INTRO = [
  '# Configuration',
  '',
  '`soc.config.ts` at the top of the repository is the one file that a deployment and a laptop read. Every option has a default; an unknown one is an error.',
  '`npm run yagura -- config check` finds what is wrong, with its line. `config explain [PATH] [--locale ja]` says what an option means and what holds now.',
  '`[]` stands for each entry of a list, `<id>` for each key of a map.',
  '',
];

export function configPage(): string {
  const all = configOptions(configSchema);
  const tops = all.filter(({ path }) => !path.includes('.'));
  const simple = tops.filter((top) => childrenOf(all, top).length === 0);
  const holders = tops.filter((top) => !simple.includes(top));
  return [
    ...INTRO,
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
