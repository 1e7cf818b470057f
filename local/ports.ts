/** A state folder → every port of the pipeline: the composition root of a laptop. */
import { join } from 'node:path';
import type { PortName } from '../functions/pipeline.ts';
import { boundedQuery } from '../functions/ports/bounded-query.ts';
import type { Clock, Ids, Timer } from '../functions/ports/clock.ts';
import type { Http } from '../functions/ports/http.ts';
import type { LakeCuts } from '../functions/ports/lake-cuts.ts';
import type { Mail } from '../functions/ports/mail.ts';
import type { ObjectStore } from '../functions/ports/object-store.ts';
import type { Query } from '../functions/ports/query.ts';
import type { Secrets } from '../functions/ports/secrets.ts';
import type { Tenants } from '../functions/ports/tenants.ts';
import { createLocalHttp, type StandIns } from './adapters/fetch-http.ts';
import { createFolderCuts } from './adapters/folder-cuts.ts';
import { createFolderMail } from './adapters/folder-mail.ts';
import { createFolderObjectStore } from './adapters/folder-object-store.ts';
import { createLandingStore } from './adapters/landing-store.ts';
import { createLocalSecrets } from './adapters/local-secrets.ts';
import { createSimulatedAws, type SimulatedAws } from './adapters/simulated-aws.ts';
import { createSimulatedTenants } from './adapters/simulated-tenants.ts';
import { createSqliteTable, type SqliteTable } from './adapters/sqlite-table.ts';
import { createTableBus, type TableBus } from './adapters/table-bus.ts';
import { randomIds, systemClock, systemTimer } from './adapters/time.ts';
import { ROOT } from './content.ts';
import { createLocalGeo, type LocalGeo } from './geo.ts';
import { createMemoryMeter, type MemoryMeter } from './meter.ts';
import { type PlaybookExecutions, playbookExecutions } from './playbooks.ts';
import { lockState } from './state-lock.ts';

export interface LocalPorts {
  landing: ObjectStore;
  raw: ObjectStore;
  lake: ObjectStore;
  cuts: LakeCuts;
  quarantine: ObjectStore;
  evidence: ObjectStore;
  table: SqliteTable;
  bus: TableBus;
  query: Query;
  geo: LocalGeo;
  executions: PlaybookExecutions;
  cloud: SimulatedAws;
  tenants: Tenants;
  http: Http;
  secrets: Secrets;
  mail: Mail;
  clock: Clock;
  timer: Timer;
  ids: Ids;
  meter: MemoryMeter;
}
// Every port that a stage may declare exists here: the compiler says so.
type Missing = Exclude<PortName, keyof LocalPorts>;
const complete: Missing extends never ? true : Missing = true;

export interface LocalState extends LocalPorts {
  dir: string;
  /** Folder of the lake's Parquet files. */
  lakeDir: string;
  close(): Promise<void>;
}

export interface StateOptions {
  clock?: Clock;
  ids?: Ids;
  /** Servers on this machine that stand in for vendors. */
  standIns?: StandIns;
  /** Takes the writer's lock: for everything that changes the state. */
  write?: boolean;
}

/** @throws YaguraError Conflict where another process writes there */
export async function openState(dir: string, options: StateOptions = {}): Promise<LocalState> {
  const release = options.write === true && complete ? lockState(dir) : () => undefined;
  const clock = options.clock ?? systemClock;
  const ids = options.ids ?? randomIds;
  const table = createSqliteTable(join(dir, 'yagura.db'));
  const lakeDir = join(dir, 'lake');
  const store = (name: string): ObjectStore => createFolderObjectStore(join(dir, name), { nowMs: () => clock.nowMs() });
  const lake = store('lake');
  const ports = {
    landing: createLandingStore(store('landing')),
    raw: store('raw'),
    lake,
    cuts: createFolderCuts(lake),
    quarantine: store('quarantine'),
    evidence: store('evidence'),
    table,
    bus: createTableBus(table, ids),
    query: lazyQuery(lakeDir, clock),
    geo: createLocalGeo(ROOT),
    cloud: createSimulatedAws({ table, clock, ids }),
    tenants: createSimulatedTenants({ table, clock }),
    http: createLocalHttp(options.standIns),
    secrets: createLocalSecrets({ dir: join(dir, 'secrets') }),
    mail: createFolderMail(join(dir, 'outbox')),
    clock,
    timer: systemTimer,
    ids,
    meter: createMemoryMeter(),
  };
  const executions = await playbookExecutions(ports);
  return {
    ...ports,
    executions,
    dir,
    lakeDir,
    close: async () => {
      await ports.query.close();
      table.close();
      release();
    },
  };
}

/** DuckDB takes a quarter of a second to load: only who asks pays. */
function lazyQuery(lakeDir: string, clock: Clock): Query & { close(): Promise<void> } {
  let engine: Promise<Query & { close(): Promise<void> }> | undefined;
  const open = async (): Promise<Query & { close(): Promise<void> }> => {
    const { createDuckdbQuery } = await import('./adapters/duckdb-query.ts');
    const { parseSql } = await import('./sql/parser.ts');
    const duckdb = createDuckdbQuery({ lakeDir });
    return { ...boundedQuery(duckdb, { parse: parseSql, clock }), close: () => duckdb.close() };
  };
  return {
    run: async (sql, options) => {
      engine ??= open();
      return (await engine).run(sql, options);
    },
    close: async () => (await engine)?.close(),
  };
}
