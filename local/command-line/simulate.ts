/** The words `simulate …` → their commands, each loaded when it is called. */
import type { Command } from 'commander';
import { ends, integer, json, locale } from './parts.ts';

/** `simulate day`. */
export function addSimulateCommands(program: Command): void {
  const simulate = program
    .command('simulate')
    .description('measure the correlation on made-up days whose truth is known; nothing is stored');
  simulate
    .command('day')
    .description(
      'a day of noise with hidden attacks, cold and after quiet days: the raw alert list against the cases, judged by the truth',
    )
    .option('--alerts <n>', 'alerts of the day, those of the attacks included', integer, 2992)
    .option('--chains <n>', 'hidden attacks; from 35 on ten per cent of false cases can be proven at all', integer, 60)
    .option('--seed <n>', 'another organization, noise and attacks', integer, 1)
    .option('--days <n>', 'quiet days before the judged one, for the second column; 0 leaves it out', integer, 7)
    .option('--people <n>', 'people of the organization', integer, 4000)
    .addOption(json())
    .addOption(locale())
    .addHelpText(
      'after',
      '\nExample: yagura simulate day --seed 7 --chains 40 --days 3\nExit codes: 0 every goal is met after the quiet days (cold, with --days 0) · 2 the call is wrong · 3 a goal is missed: the table says which',
    )
    .action(ends(async (options) => (await import('../commands/simulate.ts')).dayCommand(options)));
}
