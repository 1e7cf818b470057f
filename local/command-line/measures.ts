/** The words `metrics …` on the command line → the measures of a period. */
import { type Command, Option } from 'commander';
import { ends, json, locale, state } from './parts.ts';

/** `yagura metrics`. */
export function addMetricsCommand(program: Command): void {
  program
    .command('metrics')
    .description('how the SOC did in a period: times, shares, volume, SLA, each with how many it is of and how sure that is')
    .option('--from <day>', 'first UTC day, yyyy-mm-dd; default: 30 days before the last')
    .option('--to <day>', 'last UTC day; default: until now')
    .addOption(new Option('--by <what>', 'each severity too').choices(['severity']))
    .option('--coverage', 'ATT&CK coverage too (takes some seconds)')
    .addOption(json())
    .addOption(state())
    .addOption(locale())
    .addHelpText(
      'after',
      '\nExample: yagura metrics --from 2026-11-01 --to 2026-11-30 --by severity\nWhat each measure is: docs/metrics.md',
    )
    .action(ends(async (options) => (await import('../commands/metrics.ts')).metricsCommand(options)));
}
