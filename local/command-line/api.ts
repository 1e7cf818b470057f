/** The words `serve` and `token` on the command line → the API of a state on this machine. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ROLES } from '../../functions/core/api/member.ts';
import { TLPS } from '../../functions/core/case/marking.ts';
import { ends, integer, locale, state } from './parts.ts';

const hours = (text: string): number => {
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new InvalidArgumentError('a number of hours is needed');
};

/** `yagura serve` and `yagura token`. */
export function addApiCommands(program: Command): void {
  program
    .command('serve')
    .description('the API of a state on 127.0.0.1, for programs that hold a token')
    .option('--port <n>', '0 takes whichever is free', integer, 8484)
    .addOption(state())
    .addOption(locale())
    .addHelpText('after', '\nExample: yagura serve --state .yagura/demo')
    .action(ends(async (options) => (await import('../commands/serve.ts')).serveCommand(options)));
  program
    .command('token')
    .description('a token for the API of a state, for some hours')
    .requiredOption('--person <id>', 'who it is for, as cases name people')
    .addOption(new Option('--role <role>', 'what they may do').choices([...ROLES]).default('viewer'))
    .addOption(new Option('--clearance <tlp>', 'the most that they may see').choices([...TLPS]).default('AMBER'))
    .option('--hours <n>', 'how long it lives, at most 24', hours, 8)
    .option('--model', 'it is for a model: it may add and propose, and decide nothing')
    .addOption(state())
    .addHelpText(
      'after',
      '\nExample: TOKEN=$(yagura token --person aiko --role analyst)\nDelete <state>/api-key, and every token ends.',
    )
    .action(ends(async (options) => (await import('../commands/serve.ts')).tokenCommand(options)));
}
