/** The words `doctor …` on the command line → what is wrong with an AWS account, before and after a deployment. */
import { type Command, Option } from 'commander';
import { ends, json, locale } from './parts.ts';

/** `yagura doctor`. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'look at the AWS account of your credentials, before and after a deployment: what is wrong, why it matters, what fixes it',
    )
    .addOption(new Option('--timeout <seconds>', 'the longest that it may take').default(120).argParser(Number))
    .addOption(json())
    .addOption(locale())
    .addHelpText(
      'after',
      '\nExample: AWS_PROFILE=soc AWS_REGION=ap-northeast-1 yagura doctor\nIt reads alone, and no secret. Ends with 0: nothing graver than a warning · 1: an error was found · 3: something could not be looked at.',
    )
    .action(ends(async (options) => (await import('../commands/doctor.ts')).doctorCommand(options)));
}
