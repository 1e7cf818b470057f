/** The words `baselines …` → their commands, each loaded when it is called. */
import type { Command } from 'commander';
import { ends, json, locale, state } from './parts.ts';

/** `baselines list|run|explain`. */
export function addBaselineCommands(program: Command): void {
  const baselines = program.command('baselines').description('what is usual in the lake, and who departs from it (UEBA)');
  baselines
    .command('list', { isDefault: true })
    .description('every baseline; with a state also how its last run ended')
    .option('--state <dir>', 'folder of a state')
    .addOption(json())
    .addOption(locale())
    .action(ends(async (options) => (await import('../commands/baselines.ts')).listCommand(options)));
  baselines
    .command('run')
    .description('the anomalies of a day, strongest first, without raising them; with --due what the clock says is due, raised')
    .argument('[name...]', 'baselines; default: all of them')
    .option('--day <day>', 'the day that is judged, yyyy-mm-dd UTC; default: the last that the state holds')
    .option('--due', 'judge what is due by the clock, raise findings within the alert budget, as the deployed stage does')
    .addOption(json())
    .addOption(state())
    .addOption(locale())
    .addHelpText('after', '\nExample:\n  yagura baselines run new_actions --day 2026-11-30')
    .action(ends(async (names, options) => (await import('../commands/baselines.ts')).runCommand(names, options)));
  baselines
    .command('explain')
    .description('formula, thresholds, weaknesses and SQL of a baseline')
    .argument('<name>', 'name of the baseline')
    .addOption(json())
    .addOption(locale())
    .action(ends(async (name, options) => (await import('../commands/baselines.ts')).explainCommand(name, options)));
}
