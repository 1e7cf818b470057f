/** A state and the ids of a person → where they are spoken of, what of it may go and what must stay; and the lake without what may go. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { BUS_SOURCE } from '../functions/core/bus-event.ts';
import { YaguraError } from '../functions/core/error.ts';
import { listAlerts, listIncidents } from '../functions/core/incident-store.ts';
import type { Json } from '../functions/core/json.ts';
import { type LakeTable, TABLES } from '../functions/core/lake/tables.ts';
import { personMatcher } from '../functions/core/person/match.ts';
import { caseEvents } from '../functions/ports/case-store.ts';
import { lakePartitions, rollupPartitions } from './adapters/lake-files.ts';
import { type LakeRow, readLakeFile, readRollupFile, withLines, withRows } from './lake-rewrite.ts';
import type { LocalState } from './ports.ts';
import { quarantined } from './quarantine.ts';

/** What speaks of a person, and what becomes of it. */
export interface PersonReport {
  /** Events of the lake that nothing holds: they go. */
  deletable: number;
  /** Events that alerts of these incidents rest on, and the SOC's own records: evidence, they stay. */
  held: number;
  heldBy: string[];
  /** Lines of the daily rollup that go with them. */
  rollupLines: number;
  /** Hash-chained records of cases: they stay whole until retention ends them. */
  cases: string[];
  /** Locked originals that hold some of the records: they end by retention alone. */
  rawObjects: string[];
  quarantined: number;
  /** Files that were, or would be, written anew. */
  files: number;
}

interface Change {
  path: string;
  /** Undefined: the file goes. */
  bytes: Uint8Array | undefined;
}

interface Seen extends PersonReport {
  changes: Change[];
}

/** Looks everywhere, and with `apply` takes out of the lake what may go: all is computed and proven before the first file is replaced. */
export async function forgetPerson(
  state: LocalState,
  ids: readonly string[],
  { apply }: { apply: boolean },
): Promise<PersonReport> {
  const person = personMatcher(ids);
  const seen: Seen = {
    deletable: 0,
    held: 0,
    heldBy: [],
    rollupLines: 0,
    cases: [],
    rawObjects: [],
    quarantined: 0,
    files: 0,
    changes: [],
  };
  const holders = await holdersOf(state);
  const heldAt = new Set<string>();
  for (const table of TABLES)
    for (const { source, eventday, files } of await lakePartitions(state.lakeDir, table))
      for (const { path } of files) {
        const heldHere = await lookAtFile({ table, source, path }, { person, holders, seen });
        if (heldHere) heldAt.add(`${table.name}/${source}/${eventday}`);
      }
  await lookAtRollup(state, { person, heldAt, seen });
  await lookAtRecords(state, person, seen);
  const { changes, ...report } = seen;
  report.files = changes.length;
  if (!apply) return report;
  await refuseUnseen(state);
  for (const change of changes) await replace(change);
  return report;
}

type Person = ReturnType<typeof personMatcher>;

/** Event id → the incidents whose alerts rest on it. */
async function holdersOf(state: LocalState): Promise<Map<string, string[]>> {
  const holders = new Map<string, string[]>();
  for (const { eventUids, incidentId, id } of await listAlerts(state.table))
    for (const uid of eventUids) holders.set(uid, [...(holders.get(uid) ?? []), incidentId ?? id]);
  return holders;
}

async function lookAtFile(
  { table, source, path }: { table: LakeTable; source: string; path: string },
  { person, holders, seen }: { person: Person; holders: ReadonlyMap<string, string[]>; seen: Seen },
): Promise<boolean> {
  const rows = await readLakeFile(await readFile(path), table);
  const about = rows.filter(
    ({ event, rawRecord }) => person.inValue(event as unknown as Json) || (rawRecord !== undefined && person.inText(rawRecord)),
  );
  const holding = ({ event }: LakeRow): string[] =>
    source === BUS_SOURCE ? ['yagura'] : (holders.get(String(event.metadata?.uid)) ?? []);
  const goes = new Set(about.filter((row) => holding(row).length === 0));
  const held = about.filter((row) => !goes.has(row));
  seen.deletable += goes.size;
  seen.held += held.length;
  seen.heldBy = [...new Set([...seen.heldBy, ...held.flatMap(holding)])].sort();
  seen.rawObjects = [
    ...new Set([...seen.rawObjects, ...about.filter(() => source !== BUS_SOURCE).map(({ rawRef }) => rawRef.key)]),
  ].sort();
  if (goes.size > 0)
    seen.changes.push({
      path,
      bytes: await withRows(
        rows.filter((row) => !goes.has(row)),
        table,
        source,
      ),
    });
  return held.length > 0;
}

/** A value stays in the rollup of a day where some event of it stays. */
async function lookAtRollup(
  state: LocalState,
  { person, heldAt, seen }: { person: Person; heldAt: ReadonlySet<string>; seen: Seen },
): Promise<void> {
  for (const { source, eventday, files } of await rollupPartitions(state.lakeDir))
    for (const { path } of files) {
      const file = await readRollupFile(await readFile(path));
      if (heldAt.has(`${file.table}/${source}/${eventday}`)) continue;
      const kept = file.lines.filter(({ value }) => !person.inText(value));
      if (kept.length === file.lines.length) continue;
      seen.rollupLines += file.lines.length - kept.length;
      seen.changes.push({ path, bytes: await withLines(kept, file) });
    }
}

async function lookAtRecords(state: LocalState, person: Person, seen: Seen): Promise<void> {
  for (const incident of await listIncidents(state.table)) {
    const events = await caseEvents(state.table, incident.id);
    if (person.inValue(JSON.parse(JSON.stringify([incident, events])))) seen.cases.push(incident.id);
  }
  for await (const { entries } of quarantined(state.quarantine))
    seen.quarantined += entries.filter(({ bytes }) => person.inText(Buffer.from(bytes).toString('utf8'))).length;
}

/** Files that compaction took over and has not deleted yet would keep what was to go. */
async function refuseUnseen({ lake, lakeDir }: LocalState): Promise<void> {
  const visible = new Set<string>();
  for (const table of TABLES)
    for (const { files } of await lakePartitions(lakeDir, table))
      for (const { path } of files) visible.add(relative(lakeDir, path).replaceAll('\\', '/'));
  const hidden: string[] = [];
  for (const prefix of ['ocsf/', 'cold/'])
    for await (const { key } of lake.list(prefix)) if (key.endsWith('.parquet') && !visible.has(key)) hidden.push(key);
  if (hidden.length === 0) return;
  const problems = [
    {
      at: hidden[0] ?? '',
      what: `${hidden.length} files that compaction has taken over are still there`,
      fix: 'yagura maintain --grace-min 0, then again',
    },
  ];
  throw new YaguraError('Conflict', 'nothing was changed: older copies of the events would stay', { problems });
}

async function replace({ path, bytes }: Change): Promise<void> {
  if (bytes === undefined) return await rm(path);
  // Readers see the whole old file or the whole new one.
  await writeFile(`${path}.forgetting`, bytes);
  await rename(`${path}.forgetting`, path);
}
