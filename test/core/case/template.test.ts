import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../../functions/core/case/template.ts';
import { loadTemplates } from '../../../local/case-content.ts';
import { room } from '../../case/desk.ts';
import { finding, HOUR, key, T0, user } from '../../correlate/story.ts';

const problems = (text: string): string[] =>
  parseTemplate(text, 'tasks/x.yml').problems.map(({ at, what, fix }) => `${at} ${what}${fix === undefined ? '' : ` (${fix})`}`);

const TASK = '{ key: a, title: { en: A, ja: A }, phase: analyze }';

describe('templates of tasks', () => {
  it('are read, with what is wrong at its place', () => {
    expect(problems(`title: { en: X, ja: X }\ntasks: [${TASK}]\n`)).toEqual([]);
    expect(problems('title: { en: X, ja: X }\nwhenn: {}\ntasks: []\n')).toEqual([
      'tasks/x.yml:2:1 unknown key "whenn" in the file (did you mean "when"?)',
      expect.stringMatching(/^tasks\/x\.yml:3:\d+ tasks:/),
    ]);
    expect(problems(`title: { en: X, ja: X }\nwhen: { tactics: [lunch] }\ntasks: [${TASK}]\n`)[0]).toMatch(
      /:2:\d+ when\.tactics\.0/,
    );
    expect(
      problems(`title: { en: X, ja: X }\ntasks:\n  - { key: a, title: { en: A, ja: A }, phase: analyze, after: [b] }\n`),
    ).toEqual(['tasks/x.yml:3:5 it comes after "b"']);
  });

  it('give a case the tasks of its kind, each once, and more when it grows into another kind', async () => {
    const { state, hear } = await room({ templates: await loadTemplates(), level: 'medium' });
    const names = async (): Promise<(string | null)[]> => (await state()).tasks.map(({ template }) => template);
    expect(await names()).toEqual([
      'credentials:revoke',
      'credentials:created',
      'credentials:rotate',
      'triage:actor',
      'triage:related',
    ]);
    expect((await state()).tasks[1]?.dependsOn).toEqual(['T1']);
    await hear(
      finding({ rule: 'b', atMs: T0 + HOUR, level: 'high', entities: [user('eve'), key('K')], tactics: ['exfiltration'] }),
    );
    expect((await names()).slice(5)).toEqual([
      'data-theft:what',
      'data-theft:where',
      'data-theft:owners',
      'serious:scope',
      'serious:evidence',
      'serious:notify',
      'serious:review',
    ]);
    const ids = (await state()).tasks.map(({ taskId }) => taskId);
    expect(new Set(ids).size).toBe(12);
  });
});
