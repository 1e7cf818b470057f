/** The words `evidence list|show|verify` → their commands, each loaded when it is called. */
import type { Command } from 'commander';
import { ends, integer, json, locale, state } from './parts.ts';

const commands = () => import('../commands/evidence.ts');

/** What responses captured before they changed anything. */
export function addEvidenceCommands(program: Command): void {
  const evidence = program
    .command('evidence')
    .description('what responses captured before they changed anything: hashed, chained, locked');
  const add = (name: string, does: string, example: string): Command =>
    evidence
      .command(name)
      .description(does)
      .argument('<incident>', 'incident id')
      .option('--folder <dir>', 'a copy of the evidence bucket, in place of the state')
      .option('--end <end>', 'where the custody log ended, <number>:<SHA-256>, as an earlier verify said')
      .addOption(json())
      .addOption(state())
      .addOption(locale())
      .addHelpText('after', `\nExample: yagura evidence ${example}`);
  add('list', 'the custody log: what was captured of what, when, in which run', 'list INC-20261118-0a1b').action(
    ends(async (id, options) => (await commands()).listCommand(id, options)),
  );
  add('show', 'one capture with its manifest and who agreed to it', 'show INC-20261118-0a1b 1')
    .argument('<number>', 'number in the list', integer)
    .action(ends(async (id, seq, options) => (await commands()).showCommand(id, seq, options)));
  add(
    'verify',
    'read all of it again and compare hashes and chain; names what is missing or changed (exit code 3)',
    'verify INC-20261118-0a1b --folder ./copy --end 4:9f86d0…',
  ).action(ends(async (id, options) => (await commands()).verifyCommand(id, options)));
}
