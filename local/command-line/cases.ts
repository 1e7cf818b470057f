/** The words `case …` → their commands, each loaded when it is called. */
import { Command, Option } from 'commander';
import { IMPACTS, ROOT_CAUSES } from '../../functions/core/case/judgement.ts';
import { STATUSES } from '../../functions/core/case/lifecycle.ts';
import { PAPS, TLPS, USES } from '../../functions/core/case/marking.ts';
import { RELATIONS } from '../../functions/core/case/terms.ts';
import { LEVELS } from '../../functions/core/finding.ts';
import { caseCommand } from './case-command.ts';
import { addRecordCommands } from './case-records.ts';
import { ends, integer } from './parts.ts';
import { addHandover, addShifts } from './shifts.ts';

const reason = () => new Option('--reason <text>', 'why').default('');
const why = () => new Option('--reason <text>', 'why; it goes into the record').makeOptionMandatory();

/** The words that `case` and `incidents` share. */
export function addCaseCommands(of: Command): void {
  addReading(of);
  addHandling(of);
  addJudging(of);
  addEnding(of);
  addRecordCommands(of);
}

const reading = () => import('../commands/case.ts');
const changing = () => import('../commands/case-change.ts');

function addReading(of: Command): void {
  caseCommand(of, 'queue', 'open cases, what burns first', 'case queue --mine')
    .option('--mine', 'only those that you own or watch')
    .option('--unassigned', 'only those of nobody')
    .option('--tier <tier>', 'only those of a tier')
    .option('--limit <n>', 'at most so many', integer, 50)
    .action(ends(async (options) => (await reading()).queueCommand(options)));
  caseCommand(of, 'history', 'every event of its chain', 'case history 3f2a')
    .argument('<id>', 'a case, or the beginning of its id')
    .action(ends(async (id, options) => (await reading()).historyCommand(id, options)));
  caseCommand(of, 'verify', 'recompute the hash chain; a tampered event is named (exit code 3)', 'case verify')
    .argument('[id...]', 'cases; default: all')
    .action(ends(async (ids, options) => (await reading()).verifyCommand(ids, options)));
  caseCommand(
    of,
    'clocks',
    'what policy may close, alarms and escalations that are due now, as the deployed stage does by the clock',
    'case clocks',
  ).action(ends(async (options) => (await reading()).clocksCommand(options)));
  caseCommand(
    of,
    'export',
    'the copy that a recipient may have, within TLP and PAP; recorded in the case',
    'case export 3f2a --for isac --format md',
  )
    .argument('<id>', 'a case')
    .requiredOption('--for <recipient>', 'a name of soc.config.ts cases.recipients')
    .addOption(
      new Option('--clearance <tlp>', 'not more than this; for recipients who are not declared CLEAR or GREEN').choices([
        ...TLPS,
      ]),
    )
    .addOption(new Option('--use <use>', 'what the recipient will do with it').choices([...USES]).default('record'))
    .addOption(new Option('--format <format>', 'JSON for programs, Markdown for people').choices(['json', 'md']).default('json'))
    .option('--out <file>', 'write it there instead of printing it')
    .action(ends(async (id, options) => (await import('../commands/case-export.ts')).exportCommand(id, options)));
}

function addHandling(of: Command): void {
  caseCommand(of, 'ack', 'you have it: acknowledged, and yours if it was nobody’s', 'case ack 3f2a')
    .argument('<id...>', 'cases')
    .action(ends(async (ids, options) => (await changing()).changeCommand(ids, options, { op: 'acknowledge' })));
  caseCommand(of, 'assign', 'give it to somebody, to yourself, or to nobody', 'case assign 3f2a alice')
    .argument('<id>', 'a case')
    .argument('[person]', 'default: you; "nobody" for nobody')
    .addOption(reason())
    .action(
      ends(async (id, person, options) =>
        (await changing()).changeCommand([id], options, (desk) => ({
          op: 'assign',
          to: person === 'nobody' ? null : (person ?? desk.me),
          reason: options.reason,
        })),
      ),
    );
  for (const name of ['watch', 'unwatch'] as const)
    caseCommand(of, name, name === 'watch' ? 'be told of it' : 'be told no more', `case ${name} 3f2a`)
      .argument('<id>', 'a case')
      .argument('[person]', 'default: you')
      .action(ends(async (id, who, options) => (await changing()).changeCommand([id], options, { op: name, who })));
  caseCommand(
    of,
    'comment',
    'say something; @name calls somebody, - reads it from standard input',
    'case comment 3f2a "the owner says no, @bob"',
  )
    .argument('<id>', 'a case')
    .argument('<text...>', 'what to say')
    .addOption(new Option('--tlp <tlp>', 'stricter than the case').choices([...TLPS]))
    .action(ends(async (id, words, options) => (await changing()).commentCommand(id, words, options)));
  caseCommand(of, 'escalate', 'to a higher tier, with a reason', 'case escalate 3f2a tier2 --reason "domain controller"')
    .argument('<id>', 'a case')
    .argument('<tier>', 'a tier of soc.config.ts cases.tiers')
    .addOption(why())
    .action(
      ends(async (id, to, options) =>
        (await changing()).changeCommand([id], options, { op: 'escalate', to, reason: options.reason }),
      ),
    );
  caseCommand(
    of,
    'pause',
    'its clocks stand while you wait for others',
    'case pause 3f2a --for "the owner" --reason "asked by phone"',
  )
    .argument('<id>', 'a case')
    .requiredOption('--for <whom>', 'who is waited for')
    .addOption(why())
    .action(
      ends(async (id, options) =>
        (await changing()).changeCommand([id], options, { op: 'pause', waitingFor: options.for, reason: options.reason }),
      ),
    );
  caseCommand(of, 'resume', 'its clocks run again', 'case resume 3f2a')
    .argument('<id>', 'a case')
    .addOption(reason())
    .action(
      ends(async (id, options) => (await changing()).changeCommand([id], options, { op: 'resume', reason: options.reason })),
    );
}

function addJudging(of: Command): void {
  caseCommand(
    of,
    'status',
    'where the response is: triaging, investigating, containing, eradicating, recovering, resolved',
    'case status 3f2a containing',
  )
    .argument('<id>', 'a case')
    .argument('<status>', `one of ${STATUSES.join(', ')}`)
    .addOption(reason())
    .action(
      ends(async (id, to, options) =>
        (await changing()).changeCommand([id], options, { op: 'set_status', to, reason: options.reason }),
      ),
    );
  caseCommand(
    of,
    'verdict',
    'what it was: tp, btp (right, but permitted), fp (wrong rule or data), und',
    'case verdict 3f2a tp --impact low --cause phishing --reason "…"',
  )
    .argument('<id>', 'a case')
    .argument('<verdict>', 'tp, btp, fp or und')
    .addOption(new Option('--impact <impact>', 'harm that was done').choices([...IMPACTS]).default('none'))
    .addOption(new Option('--cause <cause>', 'what was at the root').choices([...ROOT_CAUSES]).default('unknown'))
    .addOption(why())
    .action(
      ends(async (id, word, options) => {
        const { changeCommand, VERDICT_OF } = await changing();
        const { impact, cause: rootCause, reason: text } = options;
        return changeCommand([id], options, {
          op: 'set_verdict',
          verdict: VERDICT_OF[word.toLowerCase()] ?? word,
          impact,
          rootCause,
          reason: text,
        });
      }),
    );
  caseCommand(of, 'severity', 'how grave it is, by your judgement', 'case severity 3f2a critical --reason "root user"')
    .argument('<id>', 'a case')
    .argument('<level>', LEVELS.join(', '))
    .addOption(why())
    .action(
      ends(async (id, to, options) =>
        (await changing()).changeCommand([id], options, { op: 'set_severity', to, reason: options.reason }),
      ),
    );
  caseCommand(of, 'asset-tier', 'what is at stake: 1 the crown jewels … 4', 'case asset-tier 3f2a 1 --reason "payroll"')
    .argument('<id>', 'a case')
    .argument('<tier>', '1 to 4', integer)
    .addOption(why())
    .action(
      ends(async (id, to, options) =>
        (await changing()).changeCommand([id], options, { op: 'set_asset_tier', to, reason: options.reason }),
      ),
    );
  caseCommand(
    of,
    'mark',
    'who may get it (TLP 2.0) and what may be done with it (PAP)',
    'case mark 3f2a --tlp GREEN --reason "for the ISAC"',
  )
    .argument('<id>', 'a case')
    .addOption(new Option('--tlp <tlp>', 'who may get it').choices([...TLPS]))
    .addOption(new Option('--pap <pap>', 'what may be done with it').choices([...PAPS]))
    .addOption(why())
    .action(
      ends(async (id, options) =>
        (await changing()).changeCommand([id], options, {
          op: 'set_tlp',
          tlp: options.tlp,
          pap: options.pap,
          reason: options.reason,
        }),
      ),
    );
}

function addEnding(of: Command): void {
  for (const name of ['link', 'unlink'] as const)
    caseCommand(
      of,
      name,
      name === 'link' ? 'to another case, seen from both' : 'take a link away',
      `case ${name} 3f2a 9c01 --as child`,
    )
      .argument('<id>', 'a case')
      .argument('<other>', 'the other case')
      .addOption(new Option('--as <relation>', 'what the other is to it').choices([...RELATIONS]).default('related'))
      .addOption(reason())
      .action(
        ends(async (id, other, options) =>
          (await changing()).changeCommand([id], options, async (desk) => ({
            op: name,
            to: await desk.find(other),
            relation: options.as,
            reason: options.reason,
          })),
        ),
      );
  caseCommand(
    of,
    'merge',
    'one case into another, which goes on; both histories stay',
    'case merge 9c01 3f2a --reason "same actor"',
  )
    .argument('<id>', 'the case that goes into the other')
    .argument('<into>', 'the case that goes on')
    .addOption(why())
    .action(
      ends(async (id, into, options) =>
        (await changing()).changeCommand([id], options, async (desk) => ({
          op: 'merge',
          into: await desk.find(into),
          reason: options.reason,
        })),
      ),
    );
  caseCommand(of, 'unmerge', 'a case that a person merged stands alone again', 'case unmerge 9c01 --reason "another actor"')
    .argument('<id>', 'the case that was merged')
    .addOption(why())
    .action(
      ends(async (id, options) => (await changing()).changeCommand([id], options, { op: 'unmerge', reason: options.reason })),
    );
  const ending = [
    ['propose', 'propose_close', 'propose to close it; another person approves'],
    ['reject', 'reject_close', 'it is not to be closed yet'],
    ['close', 'close', 'close it; grave ones are proposed and approved'],
    ['reopen', 'reopen', 'work goes on'],
  ] as const;
  for (const [name, op, description] of ending)
    caseCommand(of, name, description, `case ${name} 3f2a --reason "…"`)
      .argument('<id>', 'a case')
      .addOption(why())
      .action(ends(async (id, options) => (await changing()).changeCommand([id], options, { op, reason: options.reason })));
  caseCommand(of, 'approve', 'close what another person proposed to close', 'case approve 3f2a --me bob')
    .argument('<id>', 'a case')
    .addOption(reason())
    .action(
      ends(async (id, options) =>
        (await changing()).changeCommand([id], options, { op: 'approve_close', reason: options.reason }),
      ),
    );
}

/** `case` with all its words. */
export function addCases(program: Command): void {
  const cases = program
    .command('case')
    .alias('cases')
    .description('work incidents: queue, show, ack, assign, comment, task, verdict, merge, escalate, close, handover');
  caseCommand(cases, 'show', 'clocks, what next, the incident, tasks, and what was done', 'case show 3f2a')
    .argument('<id>', 'a case, or the beginning of its id')
    .option('--brief', 'without the incident')
    .action(ends(async (id, options) => (await reading()).showCommand(id, options)));
  addCaseCommands(cases);
  addHandover(cases);
  addShifts(program);
  addToIncidents(program);
}

/** The same words below `incidents`, but for those that mean something of its own there. */
function addToIncidents(program: Command): void {
  const incidents = program.commands.find((command) => command.name() === 'incidents');
  const words = new Command('words').copyInheritedSettings(program);
  addCaseCommands(words);
  const known = new Set(incidents?.commands.map((command) => command.name()));
  for (const word of words.commands) if (!known.has(word.name())) incidents?.addCommand(word);
}
