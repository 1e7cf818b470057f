/** The words `notify …` on the command line → their commands, each loaded when it is called. */
import { type Command, Option } from 'commander';
import { ends, json, locale, several, state } from './parts.ts';

const config = () => new Option('--config <file>', 'the configuration').default('soc.config.ts');
const standIn = () =>
  new Option('--stand-in <host=origin>', 'ask this server on this machine in place of a vendor (may be given again)').argParser(
    several,
  );

/** `notify list|test|deliver`. */
export function addNotifyCommands(program: Command): void {
  const notify = program.command('notify').description('messages to people: the channels, a test, sending what waits');
  notify
    .command('list', { isDefault: true })
    .description('every channel: product, clearance, and how many messages wait, were sent, failed')
    .addOption(config())
    .addOption(json())
    .addOption(state())
    .addOption(locale())
    .addHelpText('after', '\nExample: yagura notify list --locale ja')
    .action(ends(async (options) => (await import('../commands/notify.ts')).listCommand(options)));
  notify
    .command('test')
    .description('send one test message to a channel, now')
    .argument('<channel>', 'its name in the configuration')
    .addOption(config())
    .addOption(standIn())
    .addOption(json())
    .addOption(state())
    .addOption(locale())
    .addHelpText('after', '\nExample: yagura notify test soc-slack\nMail is written to <state>/outbox as .eml files.')
    .action(ends(async (name, options) => (await import('../commands/notify.ts')).testCommand(name, options)));
  notify
    .command('deliver')
    .description('send what waits, once; in AWS the clock does it every minute')
    .option('--retry', 'what failed for good is tried again')
    .addOption(config())
    .addOption(standIn())
    .addOption(json())
    .addOption(state())
    .addOption(locale())
    .addHelpText(
      'after',
      '\nExample: yagura notify deliver\nExit codes: 0 done · 2 the call is wrong · 3 something could not be sent',
    )
    .action(ends(async (options) => (await import('../commands/notify.ts')).deliverCommand(options)));
}
