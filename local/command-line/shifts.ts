/** The words `shift …` and `case handover` → their commands, each loaded when it is called. */
import type { Command } from 'commander';
import { caseCommand } from './case-command.ts';
import { ends, integer } from './parts.ts';

const shifts = () => import('../commands/shift.ts');

export function addHandover(of: Command): void {
  caseCommand(
    of,
    'handover',
    'the note for the next shift, from the cases as they are',
    'case handover --keep --note "quiet night"',
  )
    .option('--from <time>', 'begin of the shift: 8h, or ISO 8601; default: as the roster says, else 8 hours ago')
    .option('--note <text>', 'what you want to say')
    .option('--keep', 'keep it, for the next shift to sign')
    .action(ends(async (options) => (await shifts()).handoverCommand(options)));
}

export function addShifts(program: Command): void {
  const shift = program
    .command('shift')
    .description('who is on duty, which hours nobody covers, hand-over notes (soc.config.ts, cases.shifts)');
  caseCommand(shift, 'now', 'who is on duty, who comes next', 'shift now').action(
    ends(async (options) => (await shifts()).nowCommand(options)),
  );
  caseCommand(shift, 'roster', 'the shifts of the coming days', 'shift roster --days 14')
    .option('--days <n>', 'so many days', integer, 7)
    .action(ends(async (options) => (await shifts()).rosterCommand(options)));
  caseCommand(shift, 'check', 'hours in which nobody is on duty (exit code 3)', 'shift check --days 30')
    .option('--days <n>', 'so many days', integer, 28)
    .action(ends(async (options) => (await shifts()).checkCommand(options)));
  addHandover(shift);
  caseCommand(shift, 'accept', 'sign a kept note: you have read it and take over', 'shift accept 2026-12-01T090000 --me bob')
    .argument('<note>', 'its id')
    .action(ends(async (id, options) => (await shifts()).acceptCommand(id, options)));
}
