import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coverageIn } from '../../../local/commands/coverage.ts';
import { explainLines, traceLines } from '../../../local/commands/rules/explain.ts';
import { importPaths } from '../../../local/commands/rules/import.ts';
import { lintPaths } from '../../../local/commands/rules/lint.ts';
import { LOCK_FILE } from '../../../local/commands/rules/list.ts';
import { freshLock } from '../../../local/commands/rules/lock.ts';
import { sqlLines } from '../../../local/commands/rules/sql-text.ts';
import { failedIn, failureLines, testPaths } from '../../../local/commands/rules/test.ts';
import { findRule } from '../../../local/rule-set.ts';
import { inFolder } from '../command.ts';

let count = 0;
/** A rule file of somebody else, with an id of its own. */
function foreignRule(
  parts: { title?: string; logsource?: string; selection?: string; head?: string; condition?: string } = {},
): string {
  count++;
  return `title: ${parts.title ?? `Foreign ${count}`}
id: 10000000-0000-4000-8000-${String(count).padStart(12, '0')}
${parts.head ?? ''}logsource: ${parts.logsource ?? '{product: aws, service: cloudtrail}'}
detection:
    selection: ${parts.selection ?? '{eventName: CreateUser}'}
    condition: ${parts.condition ?? 'selection'}
level: high
`;
}

function write(dir: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
}

describe('our own rules', () => {
  it('lint without an error', async () => {
    const { findings, rules } = await lintPaths([]);
    expect(findings).toEqual([]);
    expect(rules).toBeGreaterThanOrEqual(100);
  });

  it('pass their cases, and would miss every selection', async () => {
    const report = await testPaths([]);
    expect(failedIn(report)).toBe(false);
    expect(report.passed).toBe(report.cases);
    expect(report.killed).toBe(report.mutants);
    expect(report.mutants).toBeGreaterThan(report.rules);
  });

  it('have a fresh version lock', async () => {
    expect(await freshLock()).toBe(readFileSync(LOCK_FILE, 'utf8'));
  });

  it('cover techniques at every level, as if their sources were alive', async () => {
    const { atLeast } = (await coverageIn()).total;
    expect(atLeast[0]).toBe(152);
    expect(atLeast[1]).toBeGreaterThan(60);
    expect([...atLeast].sort((a, b) => b - a)).toEqual([...atLeast]);
  });
});

describe('rules test', () => {
  it('shows what each selection said where a case fails', async () => {
    await inFolder(async (dir) => {
      write(dir, {
        'a.yml': foreignRule({ selection: '{eventName: CreateUser, errorCode: null}' }),
        'a.tests.yml': 'cases:\n  - {name: wrongly expected, expect: match, event: {eventName: ListUsers}}\n',
      });
      const report = await testPaths([dir]);
      expect(failedIn(report)).toBe(true);
      const [failure] = report.failures;
      if (failure === undefined) throw new Error('no failure');
      expect(failureLines(failure).join('\n')).toContain('expected match, got no_match');
      expect(failureLines(failure).join('\n')).toMatch(/false {3}eventName is "CreateUser" {3}\["ListUsers"\]/);
      expect(failureLines(failure).join('\n')).toMatch(/true {4}errorCode is empty or absent {3}\[absent\]/);
    });
  });

  it('fails without cases, with broken cases, and where there is no rule', async () => {
    await inFolder(async (dir) => {
      expect(failedIn(await testPaths([dir]))).toBe(true);
      write(dir, { 'a.yml': foreignRule() });
      expect((await testPaths([dir])).untested).toHaveLength(1);
      write(dir, { 'a.tests.yml': 'cases: 7' });
      expect((await testPaths([dir])).problems[0]?.at).toMatch(/a\.tests\.yml:1:8$/);
    });
  });
});

describe('rules lint', () => {
  it('finds rules that share an id, and rules without cases of each kind', async () => {
    await inFolder(async (dir) => {
      const text = foreignRule();
      write(dir, {
        'a.yml': text,
        'b.yml': text,
        'a.tests.yml': 'cases:\n  - {name: one, expect: match, event: {eventName: CreateUser}}\n',
      });
      const codes = (await lintPaths([dir])).findings.map(({ code, severity }) => `${severity} ${code}`);
      for (const code of ['error duplicate-id', 'error no-tests', 'error no-case', 'warning no-case', 'warning duplicate-title'])
        expect(codes).toContain(code);
    });
  });
});

describe('rules import', () => {
  it('judges each document, and says why', async () => {
    await inFolder(async (dir) => {
      const taken = foreignRule();
      write(dir, {
        'cloud/ready.yml': foreignRule(),
        'windows/process.yml': foreignRule({
          logsource: '{product: plan9, category: process_creation}',
          selection: "{Image|endswith: '\\cmd.exe'}",
        }),
        'cloud/field.yml': foreignRule({ selection: '{EventID: 4688}' }),
        'cloud/broken.yml': foreignRule({ condition: 'selektion', selection: "{eventName|re: '(?=x)'}" }),
        'cloud/old.yml': foreignRule({ head: 'status: deprecated\n' }),
        'cloud/first.yml': taken,
        'cloud/second.yaml': taken,
        'not-yaml.yml': 'title: [',
        '.github/workflow.yml': 'on: push',
        'README.md': 'no rule',
      });
      const { judged, counts } = await importPaths([dir]);
      const fates = Object.fromEntries(judged.map(({ file, fate, reason }) => [file.slice(dir.length + 1), [fate, reason]]));
      expect(fates).toMatchObject({
        'cloud/ready.yml': ['ready', ''],
        'windows/process.yml': ['not-applicable', 'log source plan9/process_creation is not connected'],
        'cloud/field.yml': ['not-applicable', 'no record of aws-cloudtrail that we know has EventID'],
        'cloud/broken.yml': ['unsupported', 'The regular expression "…" has a lookahead'],
        'cloud/old.yml': ['unsupported', 'its author marked it deprecated'],
        'cloud/first.yml': ['ready', ''],
        'cloud/second.yaml': ['unsupported', 'its id is taken'],
      });
      expect(counts).toEqual({ ready: 2, 'not-applicable': 2, unsupported: 4 });
      expect(judged.find(({ file }) => file.endsWith('broken.yml'))).toMatchObject({
        at: expect.stringMatching(/broken\.yml:5:\d+$/),
        more: [{}],
      });
    });
  });

  it('judges a correlation by the rules that it refers to', async () => {
    await inFolder(async (dir) => {
      const correlation = (name: string, ...rules: string[]): string =>
        `title: ${name}\nid: 20000000-0000-4000-8000-${name.padStart(12, '0')}\ncorrelation:\n    type: temporal\n    rules: [${rules.join(', ')}]\n    group-by: [userIdentity.arn]\n    timespan: 5m\nlevel: high\n`;
      write(dir, {
        'base.yml': foreignRule({ head: 'name: base\n' }),
        'win.yml': foreignRule({ head: 'name: win\n', logsource: '{product: plan9, service: security}' }),
        'c1.yml': correlation('1', 'base'),
        'c2.yml': correlation('2', 'base', 'win'),
        'c3.yml': correlation('3', 'base', 'nowhere'),
      });
      const { judged } = await importPaths([dir]);
      const fates = judged.filter(({ kind }) => kind === 'correlation').map(({ fate }) => fate);
      expect(fates).toEqual(['ready', 'not-applicable', 'unsupported']);
    });
  });

  it('copies files that are ready whole, with their tests, and writes over nothing', async () => {
    await inFolder(async (dir) => {
      write(dir, {
        'in/aws/a.yml': foreignRule(),
        'in/aws/a.tests.yml': 'cases: []',
        'in/win.yml': foreignRule({ logsource: '{product: plan9, service: security}' }),
        'in/half.yml': `${foreignRule()}---\n${foreignRule({ logsource: '{product: plan9, service: security}' })}`,
      });
      const into = join(dir, 'out');
      expect((await importPaths([join(dir, 'in')], into)).copied).toEqual([join(into, 'aws/a.yml')]);
      expect(existsSync(join(into, 'aws/a.tests.yml'))).toBe(true);
      await expect(importPaths([join(dir, 'in')], into)).rejects.toMatchObject({ code: 'Conflict' });
    });
  });

  it('takes thousands of files without a crash', async () => {
    await inFolder(async (dir) => {
      const files: Record<string, string> = {};
      for (let i = 0; i < 600; i++)
        files[`${i % 20}/${i}.yml`] = foreignRule({
          logsource: i % 2 ? '{product: plan9, category: process_creation}' : '{product: aws}',
          selection: `{eventName: Call${i}}`,
        });
      write(dir, files);
      const { counts } = await importPaths([dir]);
      expect(counts).toEqual({ ready: 300, 'not-applicable': 300, unsupported: 0 });
    });
  });

  it('refuses a path that is not there', async () => {
    await expect(importPaths(['/nowhere/at/all'])).rejects.toMatchObject({ code: 'BadInput' });
  });
});

describe('rules explain', () => {
  it('finds a rule by id, beginning of the id, name and file, and refuses what is not one rule', async () => {
    const { rule } = await findRule('aws_cloudtrail_cloudtrail_stopped');
    for (const wanted of [rule.info.id, rule.info.id.slice(0, 10), rule.info.path, `queries/${rule.info.path}.yml`])
      expect((await findRule(wanted)).rule.info.id).toBe(rule.info.id);
    await expect(findRule('aws_cloudtrail')).rejects.toMatchObject({ code: 'BadInput' });
    await expect(findRule('aws_cloudtrail_cloudtrail_stoped')).rejects.toThrow(/write aws_cloudtrail_cloudtrail_stopped/);
  });

  it('tells fields, techniques by name, sources, the condition, and SQL', async () => {
    const { rule } = await findRule('aws_cloudtrail_cloudtrail_stopped');
    const text = [...explainLines(rule), ...sqlLines(rule)].join('\n');
    expect(text).toContain('T1685.002 Disable or Modify Cloud Log');
    expect(text).toContain('→ aws-cloudtrail (the raw record)');
    expect(text).toContain('Matches where: selection and success and not filter_service');
    expect(text).toMatch(/SELECT[\s\S]*FROM/);
  });

  it('shows log text without the control characters in it', async () => {
    const { rule } = await findRule('aws_cloudtrail_cloudtrail_stopped');
    const lines = traceLines(rule, { eventName: '\u001b[31mStopLogging\u0007', eventSource: 'cloudtrail.amazonaws.com' }, 1);
    expect(lines[0]).toBe('Event 1: no_match');
    expect(lines.join('')).not.toMatch(/[\u001b\u0007]/);
  });
});
