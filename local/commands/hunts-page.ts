/** The hunts of the repository → the page docs/hunts.md, in English and Japanese. */
import type { Hunt } from '../../functions/core/hunt.ts';
import { allowedText } from '../../functions/core/query-parameter.ts';
import { loadHunts } from '../hunt-files.ts';

const FAMILIES: readonly { prefix: string; title: string }[] = [
  { prefix: 'aws_', title: 'AWS' },
  { prefix: 'identity_', title: 'Identity providers' },
  { prefix: 'saas_', title: 'Documents, mail, code' },
  { prefix: 'net_', title: 'Networks' },
  { prefix: 'host_', title: 'Hosts' },
  { prefix: 'k8s_', title: 'Kubernetes' },
  { prefix: 'ot_', title: 'Plants (OT)' },
];

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');

/** Hunts that no family claims come last, under their own heading. */
export async function huntsPage(): Promise<string> {
  const hunts = await loadHunts();
  const others = hunts.filter(({ id }) => !FAMILIES.some(({ prefix }) => id.startsWith(prefix)));
  const groups = [
    ...FAMILIES.map(({ prefix, title }) => ({ title, hunts: hunts.filter(({ id }) => id.startsWith(prefix)) })),
    { title: 'Others', hunts: others },
  ].filter((group) => group.hunts.length > 0);
  return [
    '# Hunts',
    '',
    `${hunts.length} hypotheses with their queries, over the views of the lake. \`yagura hunt run ID\` asks; rows come ranked, with examples of events.`,
    'Any one of the sources named is enough. `yagura hunt show ID` tells the same; `schedule` and `promote` make a detection, a finding or a case of it.',
    '',
    ...groups.flatMap(({ title, hunts: own }) => [`## ${title}`, '', ...own.flatMap(section)]),
  ].join('\n');
}

function section({ id, path, meta }: Hunt): string[] {
  const parameters = Object.entries(meta.parameters).map(
    ([name, spec]) =>
      `\`${name}\` (${cell(allowedText(spec))}${spec.default === undefined ? '' : `; default ${cell(JSON.stringify(spec.default))}`})`,
  );
  return [
    `### [${id}](../${path})`,
    '',
    `${cell(meta.title.en)} · ${cell(meta.title.ja)}`,
    '',
    '| | English | 日本語 |',
    '|---|---|---|',
    `| hypothesis | ${cell(meta.hypothesis.en)} | ${cell(meta.hypothesis.ja)} |`,
    `| how to read | ${cell(meta.read.en)} | ${cell(meta.read.ja)} |`,
    `| what next | ${cell(meta.next.en)} | ${cell(meta.next.ja)} |`,
    '',
    `Sources: ${meta.data.join(', ')}. ATT&CK: ${meta.attack.join(', ')}. Days: ${meta.days}. Budget: ${(meta.budgetBytes / 1e9).toFixed(0)} GB.${
      parameters.length === 0 ? '' : ` Parameters: ${parameters.join('; ')}.`
    }`,
    '',
  ];
}
