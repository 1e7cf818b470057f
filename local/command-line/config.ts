/** The words `config …` on the command line → whether the configuration is right, and what each option of it means. */
import { type Command, Option } from 'commander';
import { ends, json, locale } from './parts.ts';

const file = () => new Option('--config <file>', 'the configuration').default('soc.config.ts');

/** `yagura config check|explain|diff`. */
export function addConfigCommands(program: Command): void {
  const config = program.command('config').description('the configuration of a deployment: is it right, what does it mean');
  config
    .command('check')
    .description('check the whole configuration; ends with 2 and every problem at its line where it is wrong')
    .addOption(file())
    .addOption(json())
    .addOption(locale())
    .addHelpText('after', '\nExample: yagura config check --config soc.config.ts')
    .action(ends(async (options) => (await import('../commands/config.ts')).configCheckCommand(options)));
  config
    .command('explain')
    .argument('[path]', 'an option or a section: retentionDays.raw, notify.channels.0')
    .description('say what options mean, what holds now, and whether the file says it or it is the default')
    .addOption(file())
    .addOption(json())
    .addOption(locale())
    .addHelpText('after', '\nExample: yagura config explain retentionDays.raw --locale ja')
    .action(ends(async (path, options) => (await import('../commands/config.ts')).configExplainCommand(path, options)));
  config
    .command('diff')
    .description(
      'say which options differ from the committed configuration, and what deploying them would add, remove and change; ends with 3 where data is at stake',
    )
    .addOption(file())
    .option('--against <revision>', 'a revision of git, or another configuration file', 'HEAD')
    .option('--no-templates', 'compare options alone, which is quick')
    .addOption(json())
    .addOption(locale())
    .addHelpText(
      'after',
      '\nExample: yagura config diff --against HEAD~1\nAgainst what is deployed, with credentials: npx cdk diff',
    )
    .action(ends(async (options) => (await import('../commands/config-diff.ts')).configDiffCommand(options)));
}
