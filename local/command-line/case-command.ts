/** What every command on cases and shifts has in common: who asks, where, in which language, and an example. */
import { type Command, Option } from 'commander';
import { json, locale, state } from './parts.ts';

const me = () => new Option('--me <person>', 'who you are; default: YAGURA_ANALYST, else your name on this computer');

/** A command on one case, with the options that all of them have. */
export function caseCommand(of: Command, name: string, description: string, example: string): Command {
  return of
    .command(name)
    .description(description)
    .addOption(me())
    .addOption(json())
    .addOption(state())
    .addOption(locale())
    .addHelpText('after', `\nExample:\n  yagura ${example}`);
}
