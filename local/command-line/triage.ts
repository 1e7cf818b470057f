/** The words `triage …` → their commands, each loaded when it is called. */
import type { Command } from 'commander';
import { ends, json, locale, state } from './parts.ts';

/** `triage explain`. */
export function addTriageCommands(program: Command): void {
  program
    .command('triage')
    .description('what verdicts taught: how probably an incident is malicious')
    .command('explain')
    .description('P(malicious) of each rule, why, and which guard keeps policy from closing it')
    .argument('<id>', 'incident id, or the beginning of one')
    .addOption(json())
    .addOption(state())
    .addOption(locale())
    .addHelpText('after', '\nExample:\n  yagura triage explain INC-20250602')
    .action(ends(async (id, options) => (await import('../commands/triage.ts')).explainCommand(id, options)));
}
