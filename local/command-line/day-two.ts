/** The words of the days after a deployment → their commands: what stays when it is destroyed, a person's request for deletion. */
import { type Command, Option } from 'commander';
import { ends, json, locale, several, state } from './parts.ts';

const person = () =>
  new Option('--id <id>', 'an id of the person: a mail address, a user id, an ARN; may be given again')
    .argParser(several)
    .makeOptionMandatory();

/** `destroy` and `person`. */
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
  const people = program
    .command('person')
    .description("a person's request for deletion: where they are spoken of, and what of it may go");
  people
    .command('find')
    .description('everything that speaks of a person, and what would become of it; changes nothing')
    .addOption(person())
    .addOption(state())
    .addOption(json())
    .addOption(locale())
    .addHelpText('after', '\nExample:\n  yagura person find --id alice@example.com --id arn:aws:iam::111122223333:user/alice')
    .action(ends(async (options) => (await import('../commands/person.ts')).personCommand(options)));
  people
    .command('delete')
    .description(
      'take out of the lake what nothing holds; what incidents rest on stays. Without --apply it only says what it would do',
    )
    .addOption(person())
    .option('--apply', 'do it')
    .addOption(state())
    .addOption(json())
    .addOption(locale())
    .addHelpText('after', '\nExample:\n  yagura person delete --id alice@example.com --apply')
    .action(ends(async (options) => (await import('../commands/person.ts')).personCommand(options)));
}
