/** The words `hunt …` on the command line → the commands of hunts, each loaded when it is called. */
import { type Command, Option } from 'commander';
import { ends, integer, locale, several, state } from './parts.ts';

const set = () =>
  new Option('--set <name=value>', 'a parameter of the hunt; lists as a,b (may be given again)').argParser(several);
const from = () => new Option('--from <day>', "first day, yyyy-mm-dd; default: the hunt's days before the last");
const to = () => new Option('--to <day>', 'last day; default: the last that the state holds');
const level = () =>
  new Option('--level <level>', "default: the hunt's own").choices(['informational', 'low', 'medium', 'high', 'critical']);
const every = () => new Option('--every <time>', 'how often it runs: 15m, 6h, 1d').default('6h');
const into = () => new Option('--into <dir>', 'folder for the file; default: queries/scheduled');
const force = () => new Option('--force', 'write over a file that is there');

/** `hunt list|show|run|schedule|promote`. */
export function addHuntCommands(program: Command): void {
  const hunt = program.command('hunt').description('hypotheses to look for in the lake: list, show, run, schedule, promote');
  addAsking(hunt);
  addPromoting(hunt);
}

function addAsking(hunt: Command): void {
  hunt
    .command('list', { isDefault: true })
    .description('every hunt: title, ATT&CK, and the sources of which any is enough')
    .option('--attack <id>', 'only hunts for this technique')
    .addOption(new Option('--json', 'print JSON lines'))
    .addOption(locale())
    .action(ends(async (options) => (await import('../commands/hunt.ts')).listCommand(options)));
  hunt
    .command('show')
    .description('the hypothesis, what is needed, how to read the result, what to do next, and the parameters')
    .argument('<hunt>', 'id, or the beginning of one')
    .option('--sql', 'print the query too')
    .addOption(locale())
    .action(ends(async (id, options) => (await import('../commands/hunt.ts')).showCommand(id, options)));
  hunt
    .command('run')
    .description('ask the lake; rows come ranked, and the bytes and dollars are told')
    .argument('<hunt>', 'id, or the beginning of one')
    .addOption(set())
    .addOption(from())
    .addOption(to())
    .addOption(new Option('--format <format>', 'output format').choices(['table', 'json', 'csv']).default('table'))
    .addOption(state())
    .addOption(locale())
    .addHelpText(
      'after',
      '\nExample:\n  yagura hunt run aws_key_used_from_new_address --set recent_days=3 --from 2026-11-01 --to 2026-11-30',
    )
    .action(ends(async (id, options) => (await import('../commands/hunt.ts')).runCommand(id, options)));
}

function addPromoting(hunt: Command): void {
  hunt
    .command('schedule')
    .description('write a scheduled detection that asks the same by the clock, staged until you say otherwise')
    .argument('<hunt>', 'id, or the beginning of one')
    .addOption(set())
    .addOption(every())
    .addOption(
      new Option('--status <status>', 'experimental alerts nobody')
        .choices(['experimental', 'test', 'stable'])
        .default('experimental'),
    )
    .addOption(level())
    .addOption(into())
    .addOption(force())
    .addOption(locale())
    .addHelpText('after', '\nExample:\n  yagura hunt schedule aws_key_used_from_new_address --every 6h --status test')
    .action(ends(async (id, options) => (await import('../commands/hunt-promote.ts')).scheduleCommand(id, options)));
  hunt
    .command('promote')
    .description('run a hunt and make of it a rule, or of a row a finding (a signal) or a case')
    .argument('<hunt>', 'id, or the beginning of one')
    .addOption(new Option('--as <what>', 'what it becomes').choices(['rule', 'finding', 'case']).makeOptionMandatory())
    .option('--row <n>', 'row of the result', integer, 1)
    .addOption(set())
    .addOption(from())
    .addOption(to())
    .addOption(level())
    .addOption(every())
    .addOption(into())
    .addOption(force())
    .addOption(state())
    .addOption(locale())
    .addHelpText('after', '\nExample:\n  yagura hunt promote aws_key_used_from_new_address --as case --row 1')
    .action(ends(async (id, options) => (await import('../commands/hunt-promote.ts')).promoteCommand(id, options)));
}
