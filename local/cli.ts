#!/usr/bin/env node
/** The command line of Yagura: each command loads only what it needs, and every failure says what to do. */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_STATE, EXIT, tellError } from './commands/io.ts';
import { addHuntCommands } from './hunt-cli.ts';

const program = new Command('yagura')
  .description('Yagura 櫓: a Security Operations Centre on one laptop. State lives in a folder; nothing leaves the machine.')
  .version('0.1.0')
  .showHelpAfterError('(--help shows what is allowed)')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride();

const state = () => new Option('--state <dir>', 'folder of the state').default(DEFAULT_STATE);
const locale = () => new Option('--locale <locale>', 'language of texts for people').choices(['en', 'ja']).default('en');
const mappings = () =>
  new Option('--mappings <dir>', 'folder of mapping files (*.yml) for products of your own; default: mappings');
const integer = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('a whole number is needed');
  return value;
};

const several = (text: string, before: readonly string[] = []): string[] => [...before, text];

/** Runs a command's work and ends the process with the code that it returns. */
const ends =
  <Arguments extends unknown[]>(work: (...args: Arguments) => Promise<number>) =>
  async (...args: Arguments): Promise<void> => {
    process.exitCode = await work(...args).catch(tellError);
  };

program
  .command('demo')
  .description('play an attack through the whole pipeline: find it, ask for approval, respond, undo (this is `npm start`)')
  .option('--yes', 'approve without being asked (for scripts); without it nothing is ever approved silently')
  .option('--seed <n>', 'another day: same attack, other people and noise', integer, 1)
  .addOption(state().default('.yagura/demo'))
  .addOption(mappings())
  .addOption(locale())
  .action(ends(async (options) => (await import('./commands/demo.ts')).demoCommand(options)));

program
  .command('replay')
  .description(
    'run your own logs through the pipeline, each input once; objects: *.json *.jsonl *.ndjson *.log *.txt *.csv *.tsv *.cef *.leef *.syslog *.xml, .gz and .zst of these',
  )
  .argument('<path...>', 'files or folders')
  .option('--source <id>', 'every record must be of this source (`yagura sources` lists them)')
  .option(
    '--rules <path>',
    'run these Sigma rules too, as they are; those that cannot run are named (may be given again)',
    several,
  )
  .option('--validate', 'judge every event by OCSF 1.8.0; exit code 1 where one is not valid')
  .option('--json', 'print one JSON document instead of a summary')
  .addOption(mappings())
  .addOption(state())
  .addHelpText(
    'after',
    '\nExit codes: 0 all in · 2 the call is wrong · 3 done, but some input could not be used (it is in quarantine, with reasons)',
  )
  .action(ends(async (paths, options) => (await import('./commands/replay.ts')).replayCommand(paths, options)));

program
  .command('collect')
  .description("fetch what vendors' APIs have since the last run, and run it through the pipeline")
  .argument('[name...]', 'connectors of the configuration; default: all of them')
  .option('--config <file>', 'the configuration', 'soc.config.ts')
  .option('--mappings <dir>', 'folder of mapping files (default: "mappings", where it is there)')
  .option('--json', 'print one JSON document instead of a summary')
  .addOption(state())
  .addHelpText(
    'after',
    '\nSecrets: the variable YAGURA_SECRET_<REFERENCE>, or a file of mode 600 in <state>/secrets. docs/collect.md lists what each vendor needs.',
  )
  .action(ends(async (names, options) => (await import('./commands/collect.ts')).collectCommand(names, options)));

program
  .command('export')
  .description('print alerts, findings, events or incidents, whole')
  .addArgument(new Argument('<kind>', 'what').choices(['alerts', 'findings', 'events', 'incidents']))
  .addOption(new Option('--format <format>', 'output format').choices(['jsonl', 'csv']).default('jsonl'))
  .addOption(state())
  .action(ends(async (kind, options) => (await import('./commands/export.ts')).exportCommand(kind, options)));

program
  .command('query')
  .description("ask the lake in Athena's dialect of SQL")
  .argument('<sql>', 'one SELECT, SHOW TABLES or DESCRIBE; `-` reads it from standard input')
  .addOption(new Option('--format <format>', 'output format').choices(['table', 'json', 'csv']).default('table'))
  .option('--unbounded', 'let the query read the whole history where it names no first day; says what that costs')
  .addOption(state())
  .action(ends(async (sql, options) => (await import('./commands/query.ts')).queryCommand(sql, options)));

const scheduled = program.command('scheduled').description('SQL detections that the clock runs over the lake');
scheduled
  .command('list')
  .description('every scheduled query, and how its last run ended')
  .option('--json', 'print JSON lines')
  .addOption(state())
  .addOption(locale())
  .action(ends(async (options) => (await import('./commands/scheduled.ts')).listCommand(options)));
scheduled
  .command('run')
  .description('judge everything that the state holds up to now, as the machine does in AWS')
  .argument('[ids...]', 'only these')
  .option('--due', 'only what is due by the clock')
  .option('--json', 'print the sums as JSON')
  .addOption(state())
  .addOption(locale())
  .action(ends(async (ids, options) => (await import('./commands/scheduled.ts')).runCommand(ids, options)));

program
  .command('maintain')
  .description('compact past days into sorted files, each event once, and delete what nobody needs any more')
  .option('--config <file>', 'the configuration, for retentionDays.tables', 'soc.config.ts')
  .option('--grace-min <minutes>', 'keep hot files so long after their compaction, for queries that still read them', integer, 10)
  .option('--json', 'print one JSON document instead of a summary')
  .addOption(state())
  .addOption(locale())
  .addHelpText('after', '\nExit codes: 0 done · 2 the call is wrong · 3 a file of the lake could not be read (it is named)')
  .action(ends(async (options) => (await import('./commands/maintain.ts')).maintainCommand(options)));

program
  .command('cost')
  .description('what a month on AWS costs for a volume of logs, at list price; or what queries of a state have cost')
  .option('--gb-per-day <n>', 'raw logs a day, uncompressed, GB (10^9 bytes)', '10')
  .option('--objects-per-day <n>', 'objects that land a day (default: one for each MB)')
  .option('--months <n>', 'months since the first log (default: until retention ends growth)')
  .option('--findings-per-day <n>', 'matches of rules a day', '500')
  .option('--playbooks-per-month <n>', 'responses a month', '20')
  .option('--asked-per-day <n>', 'queries that people ask a day', '50')
  .option('--factor <n>', 'times the list price: other regions, discounts', '1')
  .option('--spent [day]', 'instead: what queries of the state cost on a UTC day (default today)')
  .option('--state <dir>', 'a state whose lake tells how the bytes lie over the tables')
  .option('--json', 'print JSON, with every assumption')
  .addOption(locale())
  .action(ends(async (options) => (await import('./commands/cost.ts')).costCommand(options)));

const incidents = program.command('incidents').description('the incidents of the state');
incidents
  .command('list')
  .description('one line each, worst first')
  .option('--json', 'print JSON lines')
  .addOption(state())
  .addOption(locale())
  .action(ends(async (options) => (await import('./commands/incidents.ts')).listCommand(options)));
incidents
  .command('show')
  .description('what, who, when, how bad, what next')
  .argument('<id>', 'incident id, or the beginning of one')
  .option('--json', 'print the record')
  .addOption(state())
  .addOption(locale())
  .action(ends(async (id, options) => (await import('./commands/incidents.ts')).showCommand(id, options)));

const playbooks = program.command('playbooks').description('responses: planned, approved by a person, verified, undoable');
playbooks
  .command('list')
  .description('what can be run, and for which incidents of the state')
  .addOption(state())
  .addOption(locale())
  .action(ends(async (options) => (await import('./commands/playbooks.ts')).listCommand(options)));
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
  .action(ends(async (id, options) => (await import('./commands/playbooks.ts')).runCommand(id, options)));

const approvals = program.command('approvals').description('questions that wait for a person');
approvals
  .command('list')
  .description('pending approvals with their plans')
  .addOption(state())
  .addOption(locale())
  .action(ends(async (options) => (await import('./commands/playbooks.ts')).approvalsCommand(options)));
for (const decision of ['approve', 'reject'] as const)
  approvals
    .command(decision)
    .description(`${decision} one plan, once`)
    .argument('<approvalId>')
    .requiredOption('--plan <hash>', 'the plan hash that you read: a changed plan is refused')
    .option('--reason <text>', 'why', '')
    .addOption(state())
    .addOption(locale())
    .action(ends(async (id, options) => (await import('./commands/playbooks.ts')).decideCommand(id, { ...options, decision })));

program
  .command('undo')
  .description('take a response back: planned, approved and verified as the response itself')
  .argument('<runId>', 'the run to undo')
  .option('--reason <text>', 'why; the approver reads it')
  .option('--yes', 'approve without being asked (for scripts)')
  .addOption(state())
  .addOption(locale())
  .action(ends(async (runId, options) => (await import('./commands/playbooks.ts')).undoCommand(runId, options)));

program
  .command('sources')
  .description('the log sources that Yagura reads, and how many values of their records have a typed OCSF attribute')
  .option('--measure <dir>', 'measure over log files of your own instead of the samples; nothing is stored')
  .option('--json', 'print JSON lines')
  .addOption(mappings())
  .addOption(locale())
  .action(ends(async (options) => (await import('./commands/catalogue.ts')).sourcesCommand(options)));

const quarantine = program.command('quarantine').description('records that could not be read: nothing of them is lost');
const reason = () => new Option('--reason <reason>', 'only these (`quarantine list` names the reasons)');
quarantine
  .command('list')
  .description('how many, by reason and source')
  .addOption(reason())
  .addOption(new Option('--json', 'print JSON lines, one a record'))
  .addOption(state())
  .addOption(locale())
  .action(ends(async (options) => (await import('./commands/quarantine.ts')).listCommand(options)));
quarantine
  .command('show')
  .description('one record, safe for a terminal')
  .argument('<id>', 'id, or the beginning of one')
  .option('--out <file>', 'write its bytes as they arrived to a new file')
  .option('--json', 'print the record')
  .addOption(state())
  .addOption(locale())
  .action(ends(async (id, options) => (await import('./commands/quarantine.ts')).showCommand(id, options)));
quarantine
  .command('replay')
  .description('try again after a mend: what a source now reads becomes events and leaves quarantine')
  .option('--id <id>', 'only this record')
  .addOption(reason())
  .option('--json', 'print one JSON document')
  .addOption(mappings())
  .addOption(state())
  .addOption(locale())
  .addHelpText('after', '\nExit codes: 0 all left · 2 the call is wrong · 3 some stay')
  .action(ends(async (options) => (await import('./commands/quarantine.ts')).replayCommand(options)));

const rules = program.command('rules').description('the detections as code: list, lint, test, import, explain, backtest');
const json = () => new Option('--json', 'print JSON');
rules
  .command('list', { isDefault: true })
  .description('level, status, version, ATT&CK; with a state also readiness, fire rate and advice on the status')
  .addOption(new Option('--json', 'print JSON lines'))
  .option('--state <dir>', 'folder of a state: what each rule can do and did there')
  .option('--at <time>', 'judge the state at a time: now, last (when something last arrived), or ISO 8601')
  .action(ends(async (options) => (await import('./commands/rules/list.ts')).listCommand(options)));
rules
  .command('lint')
  .description('everything that a careful reader would object to, located')
  .argument('[path...]', 'files or folders; default: our own detections')
  .addOption(json())
  .addHelpText('after', '\nExit codes: 0 no error · 2 the call is wrong · 3 errors')
  .action(ends(async (paths, options) => (await import('./commands/rules/lint.ts')).lintCommand(paths, options)));
rules
  .command('test')
  .description('every rule against the cases in its .tests.yml, and with each selection left out')
  .argument('[path...]', 'files or folders; default: our own detections')
  .addOption(json())
  .addHelpText(
    'after',
    '\nExit codes: 0 all pass · 2 the call is wrong · 3 a case failed, a selection is not needed, or cases are missing',
  )
  .action(ends(async (paths, options) => (await import('./commands/rules/test.ts')).testCommand(paths, options)));
rules
  .command('import')
  .description("judge a folder of somebody else's Sigma rules as it is: ready, not applicable here, or unsupported, and why")
  .argument('<path...>', 'files or folders')
  .option('--into <dir>', 'copy the files whose rules are all ready; nothing is written over')
  .option('--all', 'list every document')
  .addOption(json())
  .addHelpText('after', '\nExit codes: 0 nothing unsupported · 2 the call is wrong · 3 some documents are unsupported')
  .action(ends(async (paths, options) => (await import('./commands/rules/import.ts')).importCommand(paths, options)));
rules
  .command('explain')
  .description('what a rule looks for, in words, and what it sees in an event')
  .argument('<rule>', 'id, path, name or file')
  .option('--event <file>', 'events as JSON: one, a list, {"Records": […]} or JSON lines')
  .action(ends(async (rule, options) => (await import('./commands/rules/explain.ts')).explainCommand(rule, options)));
rules
  .command('backtest')
  .description('what a rule would have found in a state, who it would have been about, and what asking costs')
  .argument('<rule>', 'id, path, name or file')
  .option('--from <day>', 'first day, yyyy-mm-dd; default: the first that the state holds')
  .option('--to <day>', 'last day; default: the last that the state holds')
  .addOption(
    new Option('--engine <engine>', 'SQL over the lake, or the predicate over the raw archive')
      .choices(['sql', 'stream'])
      .default('sql'),
  )
  .addOption(json())
  .addOption(state())
  .action(ends(async (rule, options) => (await import('./commands/rules/backtest.ts')).backtestCommand(rule, options)));
rules
  .command('lock')
  .description('write the version of every rule to queries/detections.lock.json')
  .option('--check', 'write nothing; fail where it is stale')
  .action(ends(async (options) => (await import('./commands/rules/lock.ts')).lockCommand(options)));

const baselines = program.command('baselines').description('what is usual in the lake, and who departs from it (UEBA)');
baselines
  .command('list', { isDefault: true })
  .description('every baseline; with a state also how its last run ended')
  .option('--state <dir>', 'folder of a state')
  .addOption(json())
  .addOption(locale())
  .action(ends(async (options) => (await import('./commands/baselines.ts')).listCommand(options)));
baselines
  .command('run')
  .description('the anomalies of a day, strongest first, without raising them; with --due what the clock says is due, raised')
  .argument('[name...]', 'baselines; default: all of them')
  .option('--day <day>', 'the day that is judged, yyyy-mm-dd UTC; default: the last that the state holds')
  .option('--due', 'judge what is due by the clock, raise findings within the alert budget, as the deployed stage does')
  .addOption(json())
  .addOption(state())
  .addOption(locale())
  .action(ends(async (names, options) => (await import('./commands/baselines.ts')).runCommand(names, options)));
baselines
  .command('explain')
  .description('formula, thresholds, weaknesses and SQL of a baseline')
  .argument('<name>', 'name of the baseline')
  .addOption(json())
  .addOption(locale())
  .action(ends(async (name, options) => (await import('./commands/baselines.ts')).explainCommand(name, options)));

addHuntCommands(program, { state, locale, several, integer, ends });

program
  .command('coverage')
  .description('ATT&CK coverage of the cloud techniques, counting only rules that can fire')
  .option('--state <dir>', 'folder of a state; without it: as if every source were connected and alive')
  .option('--at <time>', 'judge the state at a time: now, last (when something last arrived), or ISO 8601')
  .option('--layer <file>', 'write a layer for the ATT&CK Navigator')
  .addOption(json())
  .action(ends(async (options) => (await import('./commands/coverage.ts')).coverageCommand(options)));

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
