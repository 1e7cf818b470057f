/** The words of the days after a deployment → their commands: what stays when it is destroyed. */
import type { Command } from 'commander';
import { ends, json, locale } from './parts.ts';

/** `destroy`. */
export function addDayTwoCommands(program: Command): void {
  program
    .command('destroy')
    .description(
      'what of a deployment would stay and what would go if it were destroyed, and the commands; it destroys nothing itself',
    )
    .option('--templates <dir>', 'the folder that cdk synth wrote', 'cdk.out')
    .addOption(json())
    .addOption(locale())
    .addHelpText('after', '\nExample:\n  npx cdk synth --quiet && yagura destroy')
    .action(ends(async (options) => (await import('../commands/destroy.ts')).destroyCommand(options)));
}
