/** The words `suppressions …` → their commands, each loaded when it is called. */
import { type Command, Option } from 'commander';
import { ends, json, locale, state } from './parts.ts';

/** `suppressions list|lint|test`. */
export function addSuppressionCommands(program: Command): void {
  const suppressions = program
    .command('suppressions')
    .description('what nobody needs to look at: as code, with an owner and an end');
  suppressions
    .command('list', { isDefault: true })
    .description('each with its owner, its end, and how many alerts and events it made signals of')
    .addOption(new Option('--dir <dir>', 'folder of the files; default: suppressions'))
    .addOption(json())
    .addOption(state())
    .addOption(locale())
    .action(ends(async (options) => (await import('../commands/suppressions.ts')).listCommand(options)));
  suppressions
    .command('lint')
    .description('what is wrong with them, located; one that has expired is an error')
    .argument('[path...]', 'files or folders; default: suppressions')
    .addOption(json())
    .addOption(locale())
    .addHelpText(
      'after',
      '\nExit codes: 0 no error · 2 the call is wrong · 3 errors\n\nExample:\n  yagura suppressions lint suppressions/backup.yml',
    )
    .action(ends(async (paths, options) => (await import('../commands/suppressions.ts')).lintCommand(paths, options)));
  suppressions
    .command('test')
    .description('which alerts of the state it would make signals of')
    .argument('<suppression>', 'a file, or the id of one in the folder')
    .addOption(json())
    .addOption(state())
    .addOption(locale())
    .addHelpText('after', '\nExit codes: 0 done · 2 the call is wrong · 3 it would hide alerts of incidents that stand')
    .action(ends(async (file, options) => (await import('../commands/suppressions.ts')).testCommand(file, options)));
}
