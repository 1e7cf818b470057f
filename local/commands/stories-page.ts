/** Turns the attack stories into their page: what happens in each, what is found, and the one incident that comes of it. */
import { techniqueById } from '../../functions/core/attack/attack.ts';
import { sourceById } from '../../functions/sources/index.ts';
import type { Story, StoryShapes, StoryStep } from '../attack-stories.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** @param shapes tell which product writes a step */
export function storiesPage(stories: readonly Story[], shapes: StoryShapes): string {
  return [...intro(stories, shapes), ...stories.flatMap((story) => section(story, shapes))].join('\n');
}

function intro(stories: readonly Story[], shapes: StoryShapes): string[] {
  const steps = stories.flatMap((story) => story.steps);
  const products = new Set(steps.map((step) => productOf(step, shapes)));
  const unseen = steps.filter(({ seen }) => !seen).length;
  return [
    '# Attack stories',
    '',
    `${stories.length} attacks over ${products.size} products, ${steps.length} steps. The records of each, between those of ordinary work, go through the whole pipeline (\`npx vitest run --project unit test/stories\`):`,
    'one incident must hold every step that a rule can see and nobody else, with this severity and title, shown at this minute, with these tasks and playbooks; without the',
    `entity that links them it must fall apart. ${unseen} steps look like ordinary work by themselves, and no rule claims them.`,
    '',
    '<p align="center"><img src="stories.svg" alt="each story as a line through the tactics of ATT&amp;CK" width="1000"></p>',
    '',
    'A line is a story, a dot a step; hollow ones are not seen. Stories lie in `test/stories/<id>.yml`, records as differences from the whole record of each product in `shapes.yml`. `STORIES=1` before the command',
    'prints what became of each step.',
    '',
  ];
}

const productOf = ({ shape }: StoryStep, shapes: StoryShapes): string => {
  const source = shapes[shape]?.source ?? shape;
  return sourceById(source)?.title.en ?? source;
};

function section({ id, title, text, steps, ordinary, unrelated, expect }: Story, shapes: StoryShapes): string[] {
  const rows = steps.map((step) => {
    const often = step.times > 1 ? ` (×${step.times})` : '';
    return `| ${step.at} | ${cell(step.what)}${often} | ${productOf(step, shapes)} | ${techniqueCell(step)} | ${step.seen ? 'yes' : 'no'} |`;
  });
  const proposes = expect.playbooks.length === 0 ? '' : ` Playbooks: ${expect.playbooks.map((one) => `\`${one}\``).join(', ')}.`;
  return [
    `## ${title.en}`,
    '',
    `${title.ja} · \`${id}\``,
    '',
    text.trim(),
    '',
    '| minute | step | product | ATT&CK | seen |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    `**${expect.title}** (${expect.severity}), shown after ${expect.shownAfterMin} min. Tasks: ${expect.tasks.join(', ')}.${proposes}`,
    '',
    `Stays out: ${[...ordinary, ...unrelated].map(({ what }) => what).join('; ')}.`,
    '',
  ];
}

function techniqueCell({ technique }: StoryStep): string {
  if (technique === undefined) return '';
  const name = techniqueById(technique)?.name;
  return name === undefined ? technique : `${technique} ${cell(name)}`;
}
