// Problems of a playbook.yml: all at once, each with its place.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePlaybook } from '../../functions/core/playbook.ts';

const FILE = 'playbooks/disable-access-key/playbook.yml';
const good = readFileSync(new URL(`../../${FILE}`, import.meta.url), 'utf8');
const problemsOf = (text: string) => parsePlaybook(text, FILE).problems.map(({ at, what, fix }) => `${at} ${what} ${fix ?? ''}`);

describe('a playbook.yml', () => {
  it('without a problem gives a playbook', () => {
    expect(parsePlaybook(good, FILE)).toMatchObject({ problems: [], playbook: { id: 'disable-access-key' } });
  });

  it('tells all problems at once, each with file, line and column', () => {
    const broken = good.replace('csf: [RS.MI-01]', 'csf: [respond]').replace('onExpiry: deny', 'onExpiry: allow');
    const problems = problemsOf(broken);
    expect(problems).toHaveLength(2);
    const lineOf = (part: string) => broken.split('\n').findIndex((line) => line.includes(part)) + 1;
    expect(problems[0]).toMatch(new RegExp(`^${FILE}:${lineOf('csf:')}:7 csf\\.0`));
    expect(problems[1]).toMatch(new RegExp(`^${FILE}:${lineOf('onExpiry')}:13 approvals\\.onExpiry`));
  });

  it('suggests the key that was meant', () => {
    expect(problemsOf(good.replace('runbook:', 'runbok:')).join('\n')).toMatch(/unknown key "runbok" Did you mean "runbook"\?/);
  });

  it.each([
    [
      'another id than its folder',
      good.replace('id: disable-access-key', 'id: disable-key'),
      'in the folder "disable-access-key"',
    ],
    ['a pattern that is none', good.replace("'\\d{12}'", "'('"), 'no regular expression'],
    ['broken YAML', `${good}\n  - [`, ''],
    ['a key twice', `${good}\nid: disable-access-key\n`, 'unique'],
    ['no text', '', ''],
    ['an alias bomb', `x: &x [1,1]\ny: [*x,*x]\n${good}`, ''],
    ['a list', '- 1', ''],
  ])('with %s is a problem with a place', (_what, text, part) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem.startsWith(FILE)).toBe(true);
    expect(problems.join('\n')).toContain(part);
  });
});
