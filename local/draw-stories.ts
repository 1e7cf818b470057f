/** The attack stories → an SVG picture: each a line through ATT&CK's tactics, from its first step down to its last. */
import { TACTICS, tacticRank, techniqueById } from '../functions/core/attack/attack.ts';
import type { Story, StoryStep } from './attack-stories.ts';

const LEFT = 400;
const COLUMN = 74;
const ROW = 34;
const TOP = 86;
const MAX_TITLE = 62;

interface Point {
  x: number;
  y: number;
  isSeen: boolean;
}

/** Deterministic: the same stories give the same bytes. */
export function storiesSvg(stories: readonly Story[]): string {
  const ranks = stories.flatMap(({ steps }) => steps.flatMap((step) => rankOf(step) ?? []));
  const columns = TACTICS.map((_, rank) => rank).filter((rank) => ranks.includes(rank));
  const width = LEFT + columns.length * COLUMN + 10;
  const height = TOP + stories.length * ROW + 14;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    '<title>Attack stories: the tactics that each goes through, and the steps that no rule can tell from ordinary work</title>',
    '<style>text{fill:#1e2022}.grid{stroke:#d9dfe5}.way{stroke:#52616b;fill:none}.seen{fill:#c2410c;stroke:#c2410c}.unseen{fill:#fff;stroke:#c2410c}@media (prefers-color-scheme:dark){text{fill:#e6edf3}.grid{stroke:#30404d}.way{stroke:#9fb3c8}.unseen{fill:#22303c}}</style>',
    ...columns.flatMap((rank, column) => heading(TACTICS[rank]?.name ?? '', columnX(column), height)),
    ...stories.flatMap((story, row) => line(story, columns, TOP + row * ROW + ROW / 2)),
    '</svg>',
    '',
  ].join('\n');
}

const columnX = (column: number): number => LEFT + column * COLUMN + COLUMN / 2;

/** The first tactic of the step's technique. */
function rankOf({ technique }: StoryStep): number | undefined {
  const tactic = technique === undefined ? undefined : techniqueById(technique)?.tactics[0];
  return tactic === undefined ? undefined : tacticRank(tactic);
}

const heading = (name: string, x: number, height: number): string[] => [
  `<path class="grid" d="M${x} ${TOP - 4}V${height - 10}"/>`,
  `<text transform="translate(${x - 4} ${TOP - 10}) rotate(-35)" font-size="11">${escaped(name)}</text>`,
];

function line({ title, steps }: Story, columns: readonly number[], y: number): string[] {
  const way = steps.flatMap((step, place): Point[] => {
    const column = columns.indexOf(rankOf(step) ?? -1);
    // Steps go down a little, so that a way back is not drawn over the way forward.
    return column < 0
      ? []
      : [{ x: columnX(column), y: y - 11 + (22 * place) / Math.max(1, steps.length - 1), isSeen: step.seen }];
  });
  const name = title.en.length > MAX_TITLE ? `${title.en.slice(0, MAX_TITLE - 1)}…` : title.en;
  return [
    `<text x="10" y="${y + 4}">${escaped(name)}</text>`,
    `<path class="way" d="${way.map((point, i) => `${i === 0 ? 'M' : 'L'}${point.x} ${point.y.toFixed(1)}`).join('')}"/>`,
    ...way.map(
      (point) => `<circle class="${point.isSeen ? 'seen' : 'unseen'}" cx="${point.x}" cy="${point.y.toFixed(1)}" r="3.5"/>`,
    ),
  ];
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
