/** The pipeline → an SVG picture of it: stages in order, what flows between them, what each one may use. */
import type { Stage } from '../functions/pipeline.ts';

const BOX = { width: 190, height: 128, gapX: 106, gapY: 76, left: 170, top: 84 };

interface Placed {
  stage: Stage;
  x: number;
  y: number;
}

/** Deterministic: the same pipeline gives the same bytes. */
export function pipelineSvg(stages: readonly Stage[]): string {
  const flow = stages.filter(({ trigger }) => ['arrival', 'schedule', 'machine', 'bus'].includes(trigger.kind));
  const rest = stages.filter((stage) => !flow.includes(stage));
  const placed = [...flow.map((stage, i) => place(stage, i, 0)), ...rest.map((stage, i) => place(stage, i, 1))];
  const width = BOX.left + Math.max(flow.length, rest.length) * (BOX.width + BOX.gapX);
  const height = BOX.top + 2 * BOX.height + BOX.gapY + 40;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12">`,
    '<title>The pipeline of Yagura: its stages and what flows between them</title>',
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#4a5568"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(16, 26, 'Yagura 櫓 — the pipeline, drawn from functions/pipeline.ts', 'font-size="15" font-weight="600" fill="#1a202c"'),
    ...arrivals(placed),
    ...placed.flatMap((from) => placed.flatMap((to) => edge(from, to))),
    ...placed.map(box),
    '</svg>',
    '',
  ].join('\n');
}

const place = (stage: Stage, column: number, row: number): Placed => ({
  stage,
  x: BOX.left + column * (BOX.width + BOX.gapX),
  y: BOX.top + row * (BOX.height + BOX.gapY),
});

function arrivals(placed: readonly Placed[]): string[] {
  return placed.flatMap(({ stage, x, y }) => {
    const { trigger } = stage;
    const label = {
      arrival: ['log objects', 'bus events'],
      schedule: ['the clock,', `every ${trigger.kind === 'schedule' ? trigger.everyMin : 0} min`],
      bus: [],
      task: ['playbook', '(Step Functions)'],
      machine: ['the clock,', `every ${trigger.kind === 'machine' ? trigger.everyMin : 0} min`],
      invoke: ['a person'],
      http: ['signed requests'],
    }[trigger.kind];
    if (label.length === 0) return [];
    const first = trigger.kind === 'arrival' || trigger.kind === 'invoke' || x === BOX.left;
    const from = first ? x - (x === BOX.left ? 60 : 46) : x - BOX.gapX + 6;
    const lines = x === BOX.left ? label.map((line, i) => text(16, y + 56 + i * 16, line, 'fill="#4a5568"')) : [];
    const tag = x === BOX.left ? [] : [text(x + 8, y - 8, `woken by ${label.join(' ')}`, 'fill="#718096" font-size="11"')];
    return [...lines, ...tag, ...(x === BOX.left ? [arrow(from, y + 62, x - 4, y + 62)] : [])];
  });
}

function edge(from: Placed, to: Placed): string[] {
  const names = from.stage.publishes.filter((name) => to.stage.consumes.includes(name));
  if (names.length === 0) return [];
  const isNeighbour = to.x - from.x <= BOX.width + BOX.gapX;
  if (from.y === to.y && !isNeighbour) return over(from, to, names.join(', '));
  if (from.y === to.y) {
    const [x1, x2, y] = [from.x + BOX.width, to.x, from.y + 62];
    return [
      arrow(x1, y, x2 - 4, y),
      text((x1 + x2) / 2, y - 8, names.join(', '), 'text-anchor="middle" fill="#2b6cb0" font-size="10"'),
    ];
  }
  const [x1, y1, x2, y2] = [from.x + BOX.width / 2, from.y, to.x + BOX.width / 2, to.y + BOX.height];
  return [
    arrow(x1, y1, x2, y2 + 4),
    text((x1 + x2) / 2 + 8, (y1 + y2) / 2 - 6, names.join(', '), 'fill="#2b6cb0" font-size="10"'),
  ];
}

/** Over the boxes between. */
function over(from: Placed, to: Placed, names: string): string[] {
  const [x1, x2, y] = [from.x + BOX.width - 24, to.x + 24, from.y - 24];
  return [
    `<path d="M${x1} ${from.y} V${y} H${x2}" fill="none" stroke="#4a5568" stroke-width="1.4"/>`,
    arrow(x2, y, x2, to.y - 4),
    text((x1 + x2) / 2, y - 6, names, 'text-anchor="middle" fill="#2b6cb0" font-size="10"'),
  ];
}

function box({ stage, x, y }: Placed): string {
  const uses = Object.entries(stage.ports)
    .filter(([, access]) => access !== 'use')
    .map(([port, access]) => `${port}:${access === 'readwrite' ? 'rw' : access[0]}`);
  return [
    `<g><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="8" fill="#ebf4ff" stroke="#2b6cb0"/>`,
    text(x + 12, y + 22, stage.id, 'font-weight="700" font-size="14" fill="#1a365d"'),
    ...wrapped(stage.does, 29).map((line, i) => text(x + 12, y + 42 + i * 14, line, 'fill="#2d3748" font-size="11"')),
    ...wrapped(uses.join(' '), 34).map((line, i) =>
      text(x + 12, y + BOX.height - 24 + i * 12, line, 'fill="#718096" font-size="9.5"'),
    ),
    '</g>',
  ].join('');
}

function wrapped(sentence: string, max: number): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < max) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const arrow = (x1: number, y1: number, x2: number, y2: number): string =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#4a5568" stroke-width="1.4" marker-end="url(#tip)"/>`;

const text = (x: number, y: number, content: string, attributes: string): string =>
  `<text x="${x}" y="${y}" ${attributes}>${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
