/** The words that bring logs in and show what is there → their commands, each loaded when it is called. */
import { Argument, type Command, Option } from 'commander';
import { ends, locale, mappings, several, state } from './parts.ts';

/** `replay`, `collect` and `export`. */
export function addLogCommands(program: Command): void {
  program
    .command('replay')
    .description(
      'run your own logs through the pipeline, each input once; objects: *.json *.jsonl *.ndjson *.log *.txt *.csv *.tsv *.cef *.leef *.syslog *.xml, .gz and .zst of these',
    )
    .argument('<path...>', 'files or folders')
    .option('--source <id>', 'every record must be of this source (`yagura sources` lists them)')
    .option(
      '--rules <path>',
      'run these Sigma rules too, as they are; those that cannot run are named (may be given again)',
      several,
    )
    .option('--validate', 'judge every event by OCSF 1.8.0; exit code 1 where one is not valid')
    .option('--json', 'print one JSON document instead of a summary')
    .addOption(mappings())
    .addOption(state())
    .addHelpText(
      'after',
      '\nExit codes: 0 all in · 2 the call is wrong · 3 done, but some input could not be used (it is in quarantine, with reasons)',
    )
    .action(ends(async (paths, options) => (await import('../commands/replay.ts')).replayCommand(paths, options)));
  program
    .command('collect')
    .description("fetch what vendors' APIs have since the last run, and run it through the pipeline")
    .argument('[name...]', 'connectors of the configuration; default: all of them')
    .option('--config <file>', 'the configuration', 'soc.config.ts')
    .option('--mappings <dir>', 'folder of mapping files (default: "mappings", where it is there)')
    .option('--json', 'print one JSON document instead of a summary')
    .addOption(state())
    .addHelpText(
      'after',
      '\nSecrets: the variable YAGURA_SECRET_<REFERENCE>, or a file of mode 600 in <state>/secrets. docs/collect.md lists what each vendor needs.',
    )
    .action(ends(async (names, options) => (await import('../commands/collect.ts')).collectCommand(names, options)));
  program
    .command('export')
    .description('print alerts, findings, events or incidents, whole')
    .addArgument(new Argument('<kind>', 'what').choices(['alerts', 'findings', 'events', 'incidents']))
    .addOption(new Option('--format <format>', 'output format').choices(['jsonl', 'csv']).default('jsonl'))
    .addOption(state())
    .action(ends(async (kind, options) => (await import('../commands/export.ts')).exportCommand(kind, options)));
}

/** `sources` and `quarantine`. */
export function addSourceCommands(program: Command): void {
  program
    .command('sources')
    .description('the log sources that Yagura reads, and how many values of their records have a typed OCSF attribute')
    .option('--measure <dir>', 'measure over log files of your own instead of the samples; nothing is stored')
    .option('--json', 'print JSON lines')
    .addOption(mappings())
    .addOption(locale())
    .action(ends(async (options) => (await import('../commands/catalogue.ts')).sourcesCommand(options)));
  const quarantine = program.command('quarantine').description('records that could not be read: nothing of them is lost');
  const reason = () => new Option('--reason <reason>', 'only these (`quarantine list` names the reasons)');
  quarantine
    .command('list')
    .description('how many, by reason and source')
    .addOption(reason())
    .addOption(new Option('--json', 'print JSON lines, one a record'))
    .addOption(state())
    .addOption(locale())
    .action(ends(async (options) => (await import('../commands/quarantine.ts')).listCommand(options)));
  quarantine
    .command('show')
    .description('one record, safe for a terminal')
    .argument('<id>', 'id, or the beginning of one')
    .option('--out <file>', 'write its bytes as they arrived to a new file')
    .option('--json', 'print the record')
    .addOption(state())
    .addOption(locale())
    .action(ends(async (id, options) => (await import('../commands/quarantine.ts')).showCommand(id, options)));
  quarantine
    .command('replay')
    .description('try again after a mend: what a source now reads becomes events and leaves quarantine')
    .option('--id <id>', 'only this record')
    .addOption(reason())
    .option('--json', 'print one JSON document')
    .addOption(mappings())
    .addOption(state())
    .addOption(locale())
    .addHelpText('after', '\nExit codes: 0 all left · 2 the call is wrong · 3 some stay')
    .action(ends(async (options) => (await import('../commands/quarantine.ts')).replayCommand(options)));
}
