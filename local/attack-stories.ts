/** `test/stories/*.yml` → attack stories, checked: what happens, what ordinary people do meanwhile, and the one incident that must come of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { ROOT } from './content.ts';

const FOLDER = join(ROOT, 'test/stories');
const SHAPES_FILE = 'shapes.yml';

const record = z.record(z.string(), z.json());
const step = z.strictObject({
  /** What happens, for people. */
  what: z.string(),
  /** Minutes after the story's first step. */
  at: z.number(),
  shape: z.string(),
  record,
  /** The same again, this often and this many seconds apart. */
  times: z.int().min(1).default(1),
  everySec: z.number().default(20),
  technique: z.string().optional(),
  /** False where no rule can tell it from ordinary work. */
  seen: z.boolean().default(true),
});
export type StoryStep = z.infer<typeof step>;

const storySchema = z.strictObject({
  title: z.strictObject({ en: z.string(), ja: z.string() }),
  text: z.string(),
  /** Values that its records have in common, over those of the shapes: `{name}` in any text. */
  names: z.record(z.string(), z.string()).default({}),
  steps: z.array(step).min(3),
  /** What ordinary people do meanwhile: in no incident that a person sees. */
  ordinary: z.array(step).min(2),
  /** The same kind of deeds by somebody else: in another incident, or in none. */
  unrelated: z.array(step).min(1),
  expect: z.strictObject({
    severity: z.enum(['medium', 'high', 'critical']),
    /** In this order along the incident's tactics. */
    tactics: z.array(z.string()).min(1),
    /** Techniques that the incident must name, each or a sub-technique of it. */
    techniques: z.array(z.string()).min(1),
    /** What the analyst reads first, without the name of who acts. */
    title: z.string(),
    /** Minutes from the first step until a person is shown the incident. */
    shownAfterMin: z.number(),
    /** Files of `tasks/` whose tasks the case gets. */
    tasks: z.array(z.string()).min(1),
    /** Playbooks that it proposes, at least. */
    playbooks: z.array(z.string()),
  }),
  /** Without this link the story is no longer one: text → other text, in the steps that `steps` names by their place. */
  cut: z.strictObject({ steps: z.array(z.int().min(0)).min(1), replace: z.record(z.string(), z.string()) }),
});
export type Story = z.infer<typeof storySchema> & { id: string };

const shapesSchema = z.record(z.string(), z.strictObject({ source: z.string(), record }));
/** One whole record of each product, by name. */
export type StoryShapes = z.infer<typeof shapesSchema>;

const read = (name: string): unknown => parse(readFileSync(join(FOLDER, name), 'utf8'), { merge: true });

/** Every story, by the name of its file. @throws Error naming the file and what is wrong with it */
export const loadStories = (): Story[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yml') && name !== SHAPES_FILE)
    .sort()
    .map((name) => {
      const story = storySchema.safeParse(read(name));
      if (!story.success) throw new Error(`test/stories/${name}: ${z.prettifyError(story.error)}`);
      return { id: name.replace(/\.yml$/, ''), ...story.data };
    });

export const loadStoryShapes = (): StoryShapes => shapesSchema.parse(read(SHAPES_FILE));
