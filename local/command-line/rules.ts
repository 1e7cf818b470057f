/** The words of detections as code → their commands, each loaded when it is called. */
import { type Command, Option } from 'commander';
import { ends, json, locale, state } from './parts.ts';

/** `rules …` and `coverage`. */
export function addRuleCommands(program: Command): void {
  const rules = program.command('rules').description('the detections as code: list, lint, test, import, explain, backtest');
  rules
    .command('list', { isDefault: true })
    .description('level, status, version, ATT&CK; with a state also readiness, fire rate and advice on the status')
    .addOption(new Option('--json', 'print JSON lines'))
    .option('--state <dir>', 'folder of a state: what each rule can do and did there')
    .option('--at <time>', 'judge the state at a time: now, last (when something last arrived), or ISO 8601')
    .action(ends(async (options) => (await import('../commands/rules/list.ts')).listCommand(options)));
  rules
    .command('lint')
    .description('everything that a careful reader would object to, located')
    .argument('[path...]', 'files or folders; default: our own detections')
    .addOption(json())
    .addHelpText('after', '\nExit codes: 0 no error · 2 the call is wrong · 3 errors')
    .action(ends(async (paths, options) => (await import('../commands/rules/lint.ts')).lintCommand(paths, options)));
  rules
    .command('test')
    .description('every rule against the cases in its .tests.yml, and with each selection left out')
    .argument('[path...]', 'files or folders; default: our own detections')
    .addOption(json())
    .addHelpText(
      'after',
      '\nExit codes: 0 all pass · 2 the call is wrong · 3 a case failed, a selection is not needed, or cases are missing',
    )
    .action(ends(async (paths, options) => (await import('../commands/rules/test.ts')).testCommand(paths, options)));
  rules
    .command('import')
    .description("judge a folder of somebody else's Sigma rules as it is: ready, not applicable here, or unsupported, and why")
    .argument('<path...>', 'files or folders')
    .option('--into <dir>', 'copy the files whose rules are all ready; nothing is written over')
    .option('--all', 'list every document')
    .addOption(json())
    .addHelpText('after', '\nExit codes: 0 nothing unsupported · 2 the call is wrong · 3 some documents are unsupported')
    .action(ends(async (paths, options) => (await import('../commands/rules/import.ts')).importCommand(paths, options)));
  addMoreRuleCommands(rules);
  program
    .command('coverage')
    .description('ATT&CK coverage of the cloud techniques, counting only rules that can fire')
    .option('--state <dir>', 'folder of a state; without it: as if every source were connected and alive')
    .option('--at <time>', 'judge the state at a time: now, last (when something last arrived), or ISO 8601')
    .option('--layer <file>', 'write a layer for the ATT&CK Navigator')
    .addOption(json())
    .action(ends(async (options) => (await import('../commands/coverage.ts')).coverageCommand(options)));
}

/** What is asked of one rule, and `lock`. */
function addMoreRuleCommands(rules: Command): void {
  rules
    .command('explain')
    .description('what a rule looks for, in words, and what it sees in an event')
    .argument('<rule>', 'id, path, name or file')
    .option('--event <file>', 'events as JSON: one, a list, {"Records": […]} or JSON lines')
    .action(ends(async (rule, options) => (await import('../commands/rules/explain.ts')).explainCommand(rule, options)));
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
    .action(ends(async (rule, options) => (await import('../commands/rules/backtest.ts')).backtestCommand(rule, options)));
  rules
    .command('tune')
    .description('which value only the harmless alerts of a rule have, by verdicts: a suppression that is ready to review')
    .argument('[rule]', 'id or title of a rule; default: every rule with verdicts')
    .option('--owner <who>', 'who answers for the suppression; default: you')
    .addOption(json())
    .addOption(state())
    .addOption(locale())
    .addHelpText('after', '\nExample:\n  yagura rules tune aws_bucket_opened > suppressions/bucket-of-the-website.yml')
    .action(ends(async (rule, options) => (await import('../commands/rules/tune.ts')).tuneCommand(rule, options)));
  rules
    .command('lock')
    .description('write the version of every rule to queries/detections.lock.json')
    .option('--check', 'write nothing; fail where it is stale')
    .action(ends(async (options) => (await import('../commands/rules/lock.ts')).lockCommand(options)));
}
