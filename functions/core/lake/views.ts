/** Turns the table manifest into the views that people and content query: each event once, all classes together, and flat ones for analysts. */
import { FLAT_VIEWS } from './flat-views.ts';
import { IDENTITY_COLUMNS, IDENTITY_TABLES, identityViewSql } from './identity-view.ts';
import { OBSERVABLE_DAYS, ROLLUP_COLUMNS, ROLLUP_TABLE_NAME } from './rollup.ts';
import { SECURITY_LAKE_VIEWS } from './security-lake-views.ts';
import { manyTablesSql, observableDaysSql, tableViewOf } from './table-view.ts';
import { type LakeTable, PARTITION_KEYS, TABLES, tableForClass } from './tables.ts';
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
  /** What the embedded engine makes of it instead, where its tables (each event once already) say the same in fewer words. */
  embeddedSql?: string;
  /** True where the embedded engine makes it from the files itself. */
  isMadeByEngine?: boolean;
}

const viewColumn = (name: string, type: LakeType): ViewColumn => ({ name, trinoType: trinoType(type), type });

const PARTITIONS: readonly ViewColumn[] = PARTITION_KEYS.map((name) => viewColumn(name, { kind: 'string' }));

/** The columns of a table as queries see them: those of the files, then the partition keys. */
export const tableColumns = (table: LakeTable): ViewColumn[] => [
  ...table.columns.map(({ name, type }) => viewColumn(name, type)),
  ...PARTITIONS,
];

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** A table's view gives each event once. */
const tableView = (table: LakeTable): LakeView => tableViewOf(table, tableColumns(table));

/** What every class has, and where it lies. */
function eventsView(): LakeView {
  const base = tableForClass(0);
  const shared = base.columns.filter(({ name }) => TABLES.every((table) => table.columns.some((column) => column.name === name)));
  const columns = [...shared.map(({ name, type }) => viewColumn(name, type)), ...PARTITIONS];
  const list = quoted(columns.map(({ name }) => name));
  const reads = TABLES.map(({ name }) => name);
  const embeddedSql = reads.map((name) => `SELECT ${list} FROM ${name}`).join('\nUNION ALL\n');
  return { name: 'events', athenaSql: manyTablesSql(TABLES, columns), embeddedSql, columns, reads };
}

const identityView = (): LakeView => ({
  name: 'identity_activity',
  athenaSql: identityViewSql(),
  columns: IDENTITY_COLUMNS.map(({ name, type }) => viewColumn(name, type)),
  reads: IDENTITY_TABLES,
});

/** The views over single tables, which queries know by the plain class names. */
export const TABLE_VIEWS: readonly LakeView[] = TABLES.map(tableView);

/** What was observed when: the daily rollup, and the events that it does not have yet. */
const observableDays: LakeView = {
  name: OBSERVABLE_DAYS,
  athenaSql: observableDaysSql(TABLES),
  isMadeByEngine: true,
  columns: [...ROLLUP_COLUMNS.map(({ name, type }) => viewColumn(name, type)), ...PARTITIONS],
  reads: [ROLLUP_TABLE_NAME],
};

/** The views over those, in an order in which each needs only earlier ones. */
export const DERIVED_VIEWS: readonly LakeView[] = [
  eventsView(),
  ...FLAT_VIEWS,
  ...SECURITY_LAKE_VIEWS,
  identityView(),
  observableDays,
];

/** Every view, in the order in which they must be made. */
export const LAKE_VIEWS: readonly LakeView[] = [...TABLE_VIEWS, ...DERIVED_VIEWS];
