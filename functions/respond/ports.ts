/** What the respond stage uses, by the names of the pipeline map. */
import type { Bus } from '../ports/bus.ts';
import type { Clock, Ids } from '../ports/clock.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { Meter } from '../ports/meter.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Table } from '../ports/table.ts';
import type { Tenants } from '../ports/tenants.ts';

export interface RespondPorts {
  table: Table;
  evidence: ObjectStore;
  lake: ObjectStore;
  cloud: Cloud;
  tenants: Tenants;
  bus: Bus;
  clock: Clock;
  ids: Ids;
  meter: Meter;
}
