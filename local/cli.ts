#!/usr/bin/env node
/** The command line of Yagura: each command loads only what it needs, and every failure says what to do. */
import { Command, CommanderError } from 'commander';
import { addApiCommands } from './command-line/api.ts';
import { addBaselineCommands } from './command-line/baselines.ts';
import { addCases } from './command-line/cases.ts';
import { addNotifyCommands } from './command-line/channels.ts';
import { addConfigCommands } from './command-line/config.ts';
import { addDayTwoCommands } from './command-line/day-two.ts';
import { addDoctorCommand } from './command-line/doctor.ts';
import { addEvidenceCommands } from './command-line/evidence.ts';
import { addHuntCommands } from './command-line/hunts.ts';
import { addIndicatorCommands } from './command-line/indicators.ts';
import { addQueryCommands, addUpkeepCommands } from './command-line/lake.ts';
import { addLogCommands, addSourceCommands } from './command-line/logs.ts';
import { addMetricsCommand } from './command-line/measures.ts';
import { ends, integer, locale, mappings, state } from './command-line/parts.ts';
import { addIncidentCommands, addResponseCommands } from './command-line/response.ts';
import { addRuleCommands } from './command-line/rules.ts';
import { addSimulateCommands } from './command-line/simulate.ts';
import { addSuppressionCommands } from './command-line/suppressions.ts';
import { addTriageCommands } from './command-line/triage.ts';
import { EXIT } from './commands/io.ts';

const program = new Command('yagura')
  .description('Yagura 櫓: a Security Operations Centre on one laptop. State lives in a folder; nothing leaves the machine.')
  .version('0.1.0')
  .showHelpAfterError('(--help shows what is allowed)')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride();

program
  .command('demo')
  .description('play an attack through the whole pipeline: find it, ask for approval, respond, undo (this is `npm start`)')
  .option('--yes', 'approve without being asked (for scripts); without it nothing is ever approved silently')
  .option('--seed <n>', 'another day: same attack, other people and noise', integer, 1)
  .addOption(state().default('.yagura/demo'))
  .addOption(mappings())
  .addOption(locale())
  .action(ends(async (options) => (await import('./commands/demo.ts')).demoCommand(options)));

addLogCommands(program);
addSourceCommands(program);
addIncidentCommands(program);
addCases(program);
addResponseCommands(program);
addEvidenceCommands(program);
addNotifyCommands(program);
addMetricsCommand(program);
addApiCommands(program);
addQueryCommands(program);
addHuntCommands(program);
addBaselineCommands(program);
addRuleCommands(program);
addSuppressionCommands(program);
addIndicatorCommands(program);
addTriageCommands(program);
addSimulateCommands(program);
addUpkeepCommands(program);
addConfigCommands(program);
addDoctorCommand(program);
addDayTwoCommands(program);

program
  .command('docs')
  .description('write the generated pages of docs/')
  .option('--check', 'write nothing; fail where a page is stale')
  .action(ends(async (options) => (await import('./commands/docs.ts')).docsCommand(options)));

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `yagura export … | head` closes the pipe: that is no fault.
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
