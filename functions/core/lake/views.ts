/** Turns the table manifest into the views that people and content query: each event once, all classes together, and flat ones for analysts. */
import { FLAT_VIEWS } from './flat-views.ts';
import { IDENTITY_COLUMNS, IDENTITY_TABLES, identityViewSql } from './identity-view.ts';
import { SECURITY_LAKE_VIEWS } from './security-lake-views.ts';
import { type LakeTable, PARTITION_KEYS, storedTableName, TABLES, tableForClass } from './tables.ts';
import { type LakeType, trinoType } from './types.ts';

export interface ViewColumn {
  name: string;
  /** As Trino writes it: `row("ip" varchar)`. */
  trinoType: string;
  type: LakeType;
}

/** A view as data: infra makes a Glue `VIRTUAL_VIEW` of it, the embedded engine a view over the same text. */
export interface LakeView {
  name: string;
  /** The view's query in Athena's dialect. */
  athenaSql: string;
  columns: readonly ViewColumn[];
  /** The tables and views that the text names. */
  reads: readonly string[];
  /** True where the text is plain enough to mean the same in every dialect. */
  portable?: boolean;
}

const viewColumn = (name: string, type: LakeType): ViewColumn => ({ name, trinoType: trinoType(type), type });

const PARTITIONS: readonly ViewColumn[] = PARTITION_KEYS.map((name) => viewColumn(name, { kind: 'string' }));

/** The columns of a table as queries see them: those of the files, then the partition keys. */
export const tableColumns = (table: LakeTable): ViewColumn[] => [
  ...table.columns.map(({ name, type }) => viewColumn(name, type)),
  ...PARTITIONS,
];

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/**
 * A table's view gives each event once: of several copies (the same event from two channels, or a file written again under another
 * name) the last ingested. The window is partitioned by the partition keys first, so that Trino pushes predicates on them below it.
 */
function tableView(table: LakeTable): LakeView {
  const columns = tableColumns(table);
  const copies = `SELECT *, row_number() OVER (PARTITION BY source, eventday, metadata.uid ORDER BY ingest_time_dt DESC) AS copy_number FROM ${storedTableName(table)}`;
  const athenaSql = `SELECT ${quoted(columns.map(({ name }) => name))} FROM (${copies}) WHERE copy_number = 1 OR metadata.uid IS NULL`;
  return { name: table.name, athenaSql, columns, reads: [storedTableName(table)] };
}

/** What every class has, and where it lies. */
function eventsView(): LakeView {
  const base = tableForClass(0);
  const shared = base.columns.filter(({ name }) => TABLES.every((table) => table.columns.some((column) => column.name === name)));
  const columns = [...shared.map(({ name, type }) => viewColumn(name, type)), ...PARTITIONS];
  const list = quoted(columns.map(({ name }) => name));
  const reads = TABLES.map(({ name }) => name);
  const athenaSql = reads.map((name) => `SELECT ${list} FROM ${name}`).join('\nUNION ALL\n');
  return { name: 'events', athenaSql, columns, reads, portable: true };
}

const identityView = (): LakeView => ({
  name: 'identity_activity',
  athenaSql: identityViewSql(),
  columns: IDENTITY_COLUMNS.map(({ name, type }) => viewColumn(name, type)),
  reads: IDENTITY_TABLES,
});

/** The views over single tables, which queries know by the plain class names. */
export const TABLE_VIEWS: readonly LakeView[] = TABLES.map(tableView);

/** The views over those, in an order in which each needs only earlier ones. */
export const DERIVED_VIEWS: readonly LakeView[] = [eventsView(), ...FLAT_VIEWS, ...SECURITY_LAKE_VIEWS, identityView()];

/** Every view, in the order in which they must be made. */
export const LAKE_VIEWS: readonly LakeView[] = [...TABLE_VIEWS, ...DERIVED_VIEWS];
