/** Attack stories over several products: the whole pipeline makes one incident of each, with nothing of anybody else in it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tacticRank } from '../../functions/core/attack/attack.ts';
import type { Incident } from '../../functions/core/incident.ts';
import { listIncidents } from '../../functions/core/incident-store.ts';
import { readCase } from '../../functions/ports/case-store.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { loadStories, type StoryStep } from '../../local/attack-stories.ts';
import { loadContent } from '../../local/content.ts';
import { findLogFiles } from '../../local/log-files.ts';
import { openState } from '../../local/ports.ts';
import { replay } from '../../local/replay.ts';
import { proposalsOf } from '../../local/response.ts';
import { recordsOf, START_MS, type StoryRecord } from './story.ts';

const folder = mkdtempSync(join(tmpdir(), 'yagura-stories-'));
afterAll(() => rmSync(folder, { recursive: true }));

let content: Awaited<ReturnType<typeof loadContent>>;
beforeAll(async () => {
  content = await loadContent();
});

interface Made {
  incidents: Incident[];
  /** Incident id → the files of `tasks/` whose tasks its case has; none without a case. */
  tasks: Map<string, string[]>;
  /** Incident id → the playbooks that it proposes. */
  playbooks: Map<string, string[]>;
}

/** Records → what the whole pipeline makes of them. */
async function madeOf(name: string, records: readonly StoryRecord[]): Promise<Made> {
  const logs = join(folder, name, 'logs');
  mkdirSync(logs, { recursive: true });
  for (const [source, own] of Map.groupBy(records, (record) => record.source))
    writeFileSync(join(logs, `${source}.jsonl`), own.map(({ raw }) => JSON.stringify(raw)).join('\n'));
  const state = await openState(join(folder, name, 'state'), { write: true });
  try {
    const report = await replay(await findLogFiles([logs]), state, { sources: SOURCES, ...content });
    expect(report.problems).toEqual([]);
    expect(report.out).toBe(records.length);
    const incidents = (await listIncidents(state.table)).filter(({ status }) => status === 'new');
    const made: Made = { incidents, tasks: new Map(), playbooks: new Map() };
    for (const { id } of incidents) {
      const tasks = (await readCase(state.table, id))?.state.tasks ?? [];
      made.tasks.set(id, [...new Set(tasks.flatMap(({ template }) => template?.split(':')[0] ?? []))].sort());
      made.playbooks.set(
        id,
        (await proposalsOf({ id }, state)).map(({ playbook }) => playbook),
      );
    }
    return made;
  } finally {
    await state.close();
  }
}

const incidentsOf = async (name: string, records: readonly StoryRecord[]): Promise<Incident[]> =>
  (await madeOf(name, records)).incidents;

const holds = (incident: Incident, records: readonly StoryRecord[]): boolean =>
  records.some(({ uid }) => incident.eventIds.includes(uid));
const recordsOfStep = (records: readonly StoryRecord[], step: StoryStep): StoryRecord[] =>
  records.filter((record) => record.step === step);
const shown = (incidents: readonly Incident[]): Incident[] => incidents.filter(({ surfacing }) => surfacing.isSurfaced);
const parentOf = (technique: string): string => technique.split('.')[0] ?? technique;

/** Whether an alert that holds the step names its technique, that technique's parent, or a sub-technique. */
const isNamed = ({ technique }: StoryStep, { timeline }: Incident, records: readonly StoryRecord[]): boolean =>
  technique === undefined ||
  technique.startsWith('T0') ||
  timeline.some(
    ({ eventIds, techniques }) =>
      records.some(({ uid }) => eventIds.includes(uid)) && techniques.some((one) => parentOf(one) === parentOf(technique)),
  );

/** What came of each step, for whoever writes a story. */
function tell(incidents: readonly Incident[], records: readonly StoryRecord[]): void {
  for (const { title, severity, tactics, techniques, surfacing, timeline } of incidents)
    console.log(
      severity,
      surfacing.isSurfaced,
      title.en,
      tactics.join(),
      techniques.join(),
      timeline.map((one) => `\n    ${one.level} ${one.title}`).join(''),
    );
  for (const step of new Set(records.map((record) => record.step))) {
    const where = incidents.filter((incident) => holds(incident, recordsOfStep(records, step)));
    console.log(
      `${where.length === 0 ? '-' : where.map(({ title }) => incidents.findIndex((one) => one.title === title)).join()} ${step.what}`,
    );
  }
}

describe.each(loadStories().map((story) => [story.id, story] as const))('%s', (_, story) => {
  const records = recordsOf(story);
  const of = (part: StoryRecord['part']): StoryRecord[] => records.filter((record) => record.part === part);
  const own = of('steps');

  it('is one incident that holds every step that shows, and nobody else', async () => {
    const { incidents, tasks, playbooks } = await madeOf(story.id, records);
    if (process.env['STORIES'] !== undefined) tell(incidents, records);
    const mine = shown(incidents).filter((incident) => holds(incident, own));
    const [incident] = mine;
    expect(mine.map(({ title }) => title.en)).toHaveLength(1);
    if (incident === undefined) return;

    const missing = story.steps.filter((step) => step.seen && !holds(incident, recordsOfStep(own, step)));
    expect(missing.map(({ what }) => what)).toEqual([]);
    const found = story.steps.filter((step) => !step.seen && incidents.some((one) => holds(one, recordsOfStep(own, step))));
    expect(found.map(({ what }) => `${what}: is seen, the story says that it is not`)).toEqual([]);

    const foreign = [...of('ordinary'), ...of('unrelated')].filter(({ uid }) => incident.eventIds.includes(uid));
    expect(foreign.map(({ step }) => step.what)).toEqual([]);
    expect(
      shown(incidents)
        .filter((one) => holds(one, of('ordinary')))
        .map(({ title }) => title.en),
    ).toEqual([]);

    expect(incident.severity).toBe(story.expect.severity);
    const ranks = story.expect.tactics.map(tacticRank);
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(incident.tactics).toEqual(expect.arrayContaining(story.expect.tactics));
    const techniques = incident.techniques.flatMap((id) => [id, parentOf(id)]);
    expect(techniques).toEqual(expect.arrayContaining(story.expect.techniques));
    expect(incident.title.ja).not.toBe(incident.title.en);
    expect(incident.title.en.replace(/ by \S.*$/, '')).toBe(story.expect.title);
    expect(tasks.get(incident.id)).toEqual([...story.expect.tasks].sort());
    expect(playbooks.get(incident.id)).toEqual(expect.arrayContaining(story.expect.playbooks));

    const unnamed = story.steps.filter((step) => step.seen && !isNamed(step, incident, recordsOfStep(own, step)));
    expect(unnamed.map(({ what, technique }) => `${what}: ${technique}`)).toEqual([]);
  });

  it('is shown when the story says, and not before', async () => {
    const shownAtMs = START_MS + story.expect.shownAfterMin * 60_000;
    const until = (atMs: number): StoryRecord[] => records.filter((record) => record.atMs <= atMs);
    const before = shown(await incidentsOf(`${story.id}-before`, until(shownAtMs - 1)));
    expect(before.filter((incident) => holds(incident, own)).map(({ title }) => title.en)).toEqual([]);
    const then = shown(await incidentsOf(`${story.id}-then`, until(shownAtMs)));
    expect(then.some((incident) => holds(incident, own))).toBe(true);
  });

  it('falls apart without the link that holds it together', async () => {
    const apart = recordsOf(story, { cut: true });
    const incidents = await incidentsOf(`${story.id}-cut`, apart);
    const steps = story.cut.steps.map((place) => story.steps[place]);
    const cutOff = apart.filter(({ part, step }) => part === 'steps' && steps.includes(step));
    const rest = apart.filter(({ part, step }) => part === 'steps' && !steps.includes(step));
    const both = incidents.filter((incident) => holds(incident, cutOff) && holds(incident, rest));
    expect(both.map(({ title }) => title.en)).toEqual([]);
  });
});

it('there are at least twelve stories over at least two products each', () => {
  const stories = loadStories();
  expect(stories.length).toBeGreaterThanOrEqual(12);
  const single = stories.filter(
    (story) =>
      new Set(
        recordsOf(story)
          .filter(({ part }) => part === 'steps')
          .map(({ source }) => source),
      ).size < 2,
  );
  expect(single.map(({ id }) => id)).toEqual([]);
});
