/** The words that ask and keep the lake → their commands, each loaded when it is called. */
import { type Command, Option } from 'commander';
import { ends, integer, locale, state } from './parts.ts';

/** `query` and `scheduled`. */
export function addQueryCommands(program: Command): void {
  program
    .command('query')
    .description("ask the lake in Athena's dialect of SQL")
    .argument('<sql>', 'one SELECT, SHOW TABLES or DESCRIBE; `-` reads it from standard input')
    .addOption(new Option('--format <format>', 'output format').choices(['table', 'json', 'csv']).default('table'))
    .option('--unbounded', 'let the query read the whole history where it names no first day; says what that costs')
    .addOption(state())
    .addHelpText(
      'after',
      `
Examples:
  yagura query "SHOW TABLES"
  yagura query "DESCRIBE cloudtrail"
  yagura query "SELECT user_name, count(*) AS n FROM cloudtrail WHERE eventday >= '20260101' GROUP BY 1 ORDER BY n DESC LIMIT 10"
  yagura query - --format csv < hunt.sql`,
    )
    .action(ends(async (sql, options) => (await import('../commands/query.ts')).queryCommand(sql, options)));
  const scheduled = program.command('scheduled').description('SQL detections that the clock runs over the lake');
  scheduled
    .command('list')
    .description('every scheduled query, and how its last run ended')
    .option('--json', 'print JSON lines')
    .addOption(state())
    .addOption(locale())
    .action(ends(async (options) => (await import('../commands/scheduled.ts')).listCommand(options)));
  scheduled
    .command('run')
    .description('judge everything that the state holds up to now, as the machine does in AWS')
    .argument('[ids...]', 'only these')
    .option('--due', 'only what is due by the clock')
    .option('--json', 'print the sums as JSON')
    .addOption(state())
    .addOption(locale())
    .addHelpText('after', '\nExample:\n  yagura scheduled run aws_many_secrets_by_one_principal --state .yagura')
    .action(ends(async (ids, options) => (await import('../commands/scheduled.ts')).runCommand(ids, options)));
}

/** `maintain` and `cost`. */
export function addUpkeepCommands(program: Command): void {
  program
    .command('maintain')
    .description('compact past days into sorted files, each event once, and delete what nobody needs any more')
    .option('--config <file>', 'the configuration, for retentionDays.tables', 'soc.config.ts')
    .option(
      '--grace-min <minutes>',
      'keep hot files so long after their compaction, for queries that still read them',
      integer,
      10,
    )
    .option('--json', 'print one JSON document instead of a summary')
    .addOption(state())
    .addOption(locale())
    .addHelpText(
      'after',
      '\nExample:\n  yagura maintain --state .yagura --grace-min 0\n\nExit codes: 0 done · 2 the call is wrong · 3 a file of the lake could not be read (it is named)',
    )
    .action(ends(async (options) => (await import('../commands/maintain.ts')).maintainCommand(options)));
  program
    .command('cost')
    .description('what a month on AWS costs for a volume of logs, at list price; or what queries of a state have cost')
    .option('--gb-per-day <n>', 'raw logs a day, uncompressed, GB (10^9 bytes)', '10')
    .option('--objects-per-day <n>', 'objects that land a day (default: one for each MB)')
    .option('--months <n>', 'months since the first log (default: until retention ends growth)')
    .option('--findings-per-day <n>', 'matches of rules a day', '500')
    .option('--playbooks-per-month <n>', 'responses a month', '20')
    .option('--asked-per-day <n>', 'queries that people ask a day', '50')
    .option('--hunt-runs-per-month <n>', 'times a month that people run each hunt', '1')
    .option('--factor <n>', 'times the list price: other regions, discounts', '1')
    .option('--spent [day]', 'instead: what queries of the state cost on a UTC day (default today)')
    .option('--state <dir>', 'a state whose lake tells how the bytes lie over the tables')
    .option('--json', 'print JSON, with every assumption')
    .addOption(locale())
    .addHelpText(
      'after',
      '\nExamples:\n  yagura cost --gb-per-day 50 --months 12\n  yagura cost --spent 2026-11-30 --state .yagura',
    )
    .action(ends(async (options) => (await import('../commands/cost.ts')).costCommand(options)));
}
