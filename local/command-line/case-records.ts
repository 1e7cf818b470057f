/** The words `case task|evidence|observable|timeline|time|work …` → their commands. */
import { type Command, Option } from 'commander';
import { PHASES } from '../../functions/core/case/lifecycle.ts';
import { PAPS, TLPS } from '../../functions/core/case/marking.ts';
import { CUSTODY_ACTIONS, OBSERVABLE_TYPES, RECORDED_TIMES, SIDES, TASK_REQUIRED } from '../../functions/core/case/terms.ts';
import { caseCommand } from './case-command.ts';
import { ends } from './parts.ts';

const changing = () => import('../commands/case-change.ts');
const evidence = () => import('../commands/case-evidence.ts');
const tlp = () => new Option('--tlp <tlp>', 'stricter than the case').choices([...TLPS]);
const note = () => new Option('--note <text>', 'what to remember').default('');

export function addRecordCommands(of: Command): void {
  addTasks(of.command('task').description('what is to be done: list, add, done, skip'));
  addEvidence(of.command('evidence').description('what is kept as proof: add, list, custody, verify'));
  addObservables(of.command('observable').description('addresses, hashes, names of the attack: add, seen'));
  addTimes(of);
}

function addTasks(task: Command): void {
  caseCommand(task, 'list', 'with what each waits for and when it is due', 'case task list 3f2a')
    .argument('<id>', 'a case')
    .action(ends(async (id, options) => (await changing()).taskListCommand(id, options)));
  caseCommand(task, 'add', 'something to do', 'case task add 3f2a ask the owner --due 2h --assignee alice')
    .argument('<id>', 'a case')
    .argument('<title...>', 'what')
    .addOption(new Option('--phase <phase>', 'of the response').choices([...PHASES]))
    .addOption(new Option('--required <when>', 'stops closing').choices([...TASK_REQUIRED]))
    .option('--after <tasks>', 'ids of tasks that come first: T1,T2')
    .option('--due <length>', 'from now: 45m, 2h')
    .option('--assignee <person>', 'who does it')
    .action(ends(async (id, words, options) => (await changing()).taskAddCommand(id, words, options)));
  for (const [name, result] of [
    ['done', 'done'],
    ['skip', 'skipped'],
  ] as const)
    caseCommand(task, name, name === 'done' ? 'it is done' : 'it need not be done, and why', `case task ${name} 3f2a T1`)
      .argument('<id>', 'a case')
      .argument('<task...>', 'T1 …')
      .addOption(note())
      .action(ends(async (id, tasks, options) => (await changing()).tasksDoneCommand(id, tasks, options, result)));
}

function addEvidence(of: Command): void {
  caseCommand(of, 'add', 'keep files under their SHA-256', 'case evidence add 3f2a ./memory.img --note "by bob, on site"')
    .argument('<id>', 'a case')
    .argument('<file...>', 'files')
    .addOption(note())
    .addOption(tlp())
    .option('--collected <time>', 'when it was taken: 2h, or ISO 8601; default: now')
    .action(ends(async (id, files, options) => (await evidence()).addCommand(id, files, options)));
  caseCommand(of, 'list', 'with every hand that it passed', 'case evidence list 3f2a')
    .argument('<id>', 'a case')
    .action(ends(async (id, options) => (await evidence()).listCommand(id, options)));
  caseCommand(of, 'verify', 'compare every kept piece with its hash (exit code 3 where one differs)', 'case evidence verify 3f2a')
    .argument('<id>', 'a case')
    .action(ends(async (id, options) => (await evidence()).verifyCommand(id, options)));
  caseCommand(of, 'custody', 'it went through a hand', 'case evidence custody 3f2a E1 transferred --to "forensics lab"')
    .argument('<id>', 'a case')
    .argument('<evidence>', 'E1 …')
    .argument('<action>', CUSTODY_ACTIONS.join(', '))
    .option('--to <whom>', 'who has it now')
    .addOption(note())
    .action(
      ends(async (id, evidenceId, action, options) =>
        (await changing()).changeCommand([id], options, {
          op: 'record_custody',
          evidenceId: evidenceId.toUpperCase(),
          action,
          to: options.to,
          note: options.note,
        }),
      ),
    );
}

function addObservables(of: Command): void {
  caseCommand(of, 'add', 'the same one again is a sighting', 'case observable add 3f2a ip 192.0.2.7 --malicious')
    .argument('<id>', 'a case')
    .argument('<type>', OBSERVABLE_TYPES.join(', '))
    .argument('<value>', 'as it was seen')
    .option('--malicious', 'it is known to be bad')
    .option('--benign', 'it is known to be harmless')
    .addOption(note())
    .addOption(tlp())
    .addOption(new Option('--pap <pap>', 'what may be done with it').choices([...PAPS]))
    .action(
      ends(async (id, type, value, options) =>
        (await changing()).changeCommand([id], options, {
          op: 'add_observable',
          type,
          value,
          isMalicious: options.malicious === true ? true : options.benign === true ? false : undefined,
          note: options.note,
          tlp: options.tlp,
          pap: options.pap,
        }),
      ),
    );
  caseCommand(of, 'seen', 'it was seen again', 'case observable seen 3f2a O1 --at 2h --source proxy')
    .argument('<id>', 'a case')
    .argument('<observable>', 'O1 …')
    .option('--at <time>', '2h (ago), or ISO 8601', 'now')
    .option('--source <text>', 'where', '')
    .addOption(note())
    .action(
      ends(async (id, observableId, options) => {
        const { timeOf } = await import('../case-time.ts');
        return (await changing()).changeCommand([id], options, (desk) => ({
          op: 'add_sighting',
          observableId: observableId.toUpperCase(),
          seenAtMs: timeOf(options.at, desk.state.clock.nowMs()),
          source: options.source,
          note: options.note,
        }));
      }),
    );
}

function addTimes(of: Command): void {
  caseCommand(
    of,
    'timeline',
    'a moment that no log tells',
    'case timeline 3f2a "mail opened" --side attacker --at 2026-12-01T03:00',
  )
    .argument('<id>', 'a case')
    .argument('<text...>', 'what happened')
    .addOption(new Option('--side <side>', 'who did it').choices([...SIDES]).makeOptionMandatory())
    .requiredOption('--at <time>', '2h (ago), or ISO 8601')
    .addOption(tlp())
    .action(ends(async (id, words, options) => (await changing()).timelineCommand(id, words, options)));
  caseCommand(
    of,
    'time',
    'when something was, for measures and regulators: the old value stays visible',
    'case time 3f2a contain 20m --reason "key disabled by hand"',
  )
    .argument('<id>', 'a case')
    .argument('<name>', RECORDED_TIMES.join(', '))
    .argument('<time>', '20m (ago), now, or ISO 8601')
    .option('--reason <text>', 'why it is this time', '')
    .action(ends(async (id, name, at, options) => (await changing()).timeCommand(id, name, at, options)));
  caseCommand(of, 'work', 'your time on it: start, stop, or log 45m', 'case work start 3f2a')
    .argument('<what>', 'start, stop or log')
    .argument('<id>', 'a case')
    .argument('[length]', 'of log: 45m, 2h')
    .addOption(note())
    .action(ends(async (what, id, length, options) => (await changing()).workCommand(id, what, { ...options, length })));
}
