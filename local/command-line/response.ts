/** The words of incidents and responses → their commands, each loaded when it is called. */
import type { Command } from 'commander';
import { ends, locale, state } from './parts.ts';

/** `incidents list|show|split|unmerge`. */
export function addIncidentCommands(program: Command): void {
  const incidents = program.command('incidents').description('the incidents of the state');
  incidents
    .command('list')
    .description('one line each, worst first')
    .option('--json', 'print JSON lines')
    .addOption(state())
    .addOption(locale())
    .action(ends(async (options) => (await import('../commands/incidents.ts')).listCommand(options)));
  incidents
    .command('show')
    .description('what, who, when, how bad, what next')
    .argument('<id>', 'incident id, or the beginning of one')
    .option('--json', 'print the record')
    .addOption(state())
    .addOption(locale())
    .action(ends(async (id, options) => (await import('../commands/incidents.ts')).showCommand(id, options)));
  incidents
    .command('split')
    .description('these alerts are another story: correlation keeps them apart from now on')
    .argument('<id>', 'incident id, or the beginning of one')
    .requiredOption('--alerts <ids>', 'alert ids, with commas between them')
    .requiredOption('--reason <text>', 'why; the record keeps it')
    .addOption(state())
    .addOption(locale())
    .addHelpText(
      'after',
      '\nExample: yagura incidents split INC-2026 --alerts AL-20261118-0a1b,AL-20261118-2c3d --reason "two people"',
    )
    .action(ends(async (id, options) => (await import('../commands/incident-parting.ts')).splitCommand(id, options)));
  incidents
    .command('unmerge')
    .description('what correlation merged into another incident stands alone again, and stays so')
    .argument('<id>', 'id of the incident that was merged away')
    .requiredOption('--reason <text>', 'why; the record keeps it')
    .addOption(state())
    .addOption(locale())
    .addHelpText('after', '\nExample: yagura incidents unmerge INC-20261118-0a1b --reason "another attack"')
    .action(ends(async (id, options) => (await import('../commands/incident-parting.ts')).unmergeCommand(id, options)));
}

/** `playbooks`, `approvals` and `undo`. */
export function addResponseCommands(program: Command): void {
  const playbooks = program.command('playbooks').description('responses: planned, approved by a person, verified, undoable');
  playbooks
    .command('list')
    .description('what can be run, and for which incidents of the state')
    .addOption(state())
    .addOption(locale())
    .action(ends(async (options) => (await import('../commands/playbooks.ts')).listCommand(options)));
  playbooks
    .command('run')
    .description('plan a response and ask for approval; on a laptop it acts on a simulated account')
    .argument('<playbook>', 'playbook id')
    .requiredOption('--incident <id>', 'the incident that it answers')
    .option('--input <json>', 'input fields that the incident does not give', '{}')
    .option('--reason <text>', 'why; the approver reads it')
    .option('--yes', 'approve without being asked (for scripts)')
    .addOption(state())
    .addOption(locale())
    .action(ends(async (id, options) => (await import('../commands/playbooks.ts')).runCommand(id, options)));
  const approvals = program.command('approvals').description('questions that wait for a person');
  approvals
    .command('list')
    .description('pending approvals with their plans')
    .addOption(state())
    .addOption(locale())
    .action(ends(async (options) => (await import('../commands/playbooks.ts')).approvalsCommand(options)));
  for (const decision of ['approve', 'reject'] as const)
    approvals
      .command(decision)
      .description(`${decision} one plan, once`)
      .argument('<approvalId>')
      .requiredOption('--plan <hash>', 'the plan hash that you read: a changed plan is refused')
      .option('--reason <text>', 'why', '')
      .addOption(state())
      .addOption(locale())
      .action(
        ends(async (id, options) => (await import('../commands/playbooks.ts')).decideCommand(id, { ...options, decision })),
      );
  program
    .command('undo')
    .description('take a response back: planned, approved and verified as the response itself')
    .argument('<runId>', 'the run to undo')
    .option('--reason <text>', 'why; the approver reads it')
    .option('--yes', 'approve without being asked (for scripts)')
    .addOption(state())
    .addOption(locale())
    .action(ends(async (runId, options) => (await import('../commands/playbooks.ts')).undoCommand(runId, options)));
}
