// The pages of the days around a deployment: both languages say the same commands, and every command of ours exists.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../../infra/settings.ts';
import { yagura } from './command.ts';

const page = (name: string): string => readFileSync(join(ROOT, 'docs', name), 'utf8');
/** Indented blocks and commands in table cells: what a reader copies. */
const copied = (text: string): string[] => [
  ...[...text.matchAll(/^ {4}(.+)$/gm)].map(([, line = '']) => line),
  ...[...text.matchAll(/`((?:npm|npx|git|export|aws) [^`]+)`/g)].map(([, line = '']) => line),
];

it('the path to the first incident has the same commands in both languages', () => {
  const japanese = new Set(copied(page('deploy.ja.md')));
  const english = copied(page('deploy.md'));
  expect(english.length).toBeGreaterThan(15);
  expect(english.filter((line) => !japanese.has(line))).toEqual([]);
  expect([...japanese].filter((line) => !english.includes(line))).toEqual([]);
});

it('and the same costs', () => {
  const usd = (name: string): string[] => [...page(name).matchAll(/(\d+) USD/g)].map(([, amount = '']) => amount);
  expect(usd('deploy.ja.md')).toEqual(usd('deploy.md'));
});

it.each(['deploy.md', 'deploy.ja.md', 'day-2.md', 'runbooks.md'])('every command of ours on %s exists', async (name) => {
  const { stdout } = await yagura(['--help']);
  const known = new Set([...stdout.matchAll(/^ {2}([a-z-]+)/gm)].map(([, word]) => word));
  const named = [...page(name).matchAll(/`(?:npm run )?yagura (?:-- )?([a-z-]+)/g)].map(([, word]) => word);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((word) => !known.has(word))).toEqual([]);
});

it.each(['deploy.md', 'day-2.md'])('every script of npm on %s exists', (name) => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const named = [...page(name).matchAll(/`npm run ([\w:]+)/g)].map(([, script = '']) => script);
  expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
});
