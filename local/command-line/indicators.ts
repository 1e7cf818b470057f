/** The words `indicators …` → their commands, each loaded when it is called. */
import { type Command, Option } from 'commander';
import { ends, json, locale, state } from './parts.ts';

/** `indicators list|check|retro`. */
export function addIndicatorCommands(program: Command): void {
  const folder = () => new Option('--dir <dir>', 'folder of the feeds (*.txt, *.csv, STIX *.json); default: indicators');
  const indicators = program
    .command('indicators')
    .description('values that others saw in attacks: every event is asked for them');
  indicators
    .command('list', { isDefault: true })
    .description('the feeds: how many of each type, how many have expired, and what in them is none')
    .addOption(folder())
    .addOption(json())
    .addOption(locale())
    .action(ends(async (options) => (await import('../commands/indicators.ts')).listCommand(options)));
  indicators
    .command('check')
    .description('whether a value would be a hit, of which feed, and what that would be worth')
    .argument('<value>', 'an address, domain, URL, digest or e-mail address; brackets are taken out')
    .addOption(folder())
    .addOption(json())
    .addOption(locale())
    .addHelpText(
      'after',
      '\nExit codes: 0 a hit · 1 none · 2 the call is wrong\n\nExample:\n  yagura indicators check "hxxp://evil[.]example.com/x"',
    )
    .action(ends(async (value, options) => (await import('../commands/indicators.ts')).checkCommand(value, options)));
  indicators
    .command('retro')
    .description('ask the history of the state for indicators that are new, as the detect stage does')
    .addOption(folder())
    .addOption(json())
    .addOption(state())
    .addOption(locale())
    .action(ends(async (options) => (await import('../commands/indicators.ts')).retroCommand(options)));
}
