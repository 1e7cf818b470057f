/** The map of Yagura: its stages in order. Infra deploys it, `local` runs it, docs draw it, a test proves that all three agree. */
import type { BusEventName } from './core/bus-event.ts';

/** What a stage may use. Buckets: landing, raw, lake, quarantine, evidence. `table` keeps small state, `cuts` says where the lake is cut; the rest are services. */
export type PortName =
  | 'landing'
  | 'raw'
  | 'lake'
  | 'cuts'
  | 'quarantine'
  | 'evidence'
  | 'table'
  | 'bus'
  | 'query'
  | 'geo'
  | 'executions'
  | 'cloud'
  | 'tenants'
  | 'http'
  | 'secrets'
  | 'mail'
  | 'clock'
  | 'timer'
  | 'ids'
  | 'meter';
export type Access = 'read' | 'write' | 'readwrite' | 'use';

/** What wakes a stage. */
export type Trigger =
  /** Objects that land in the landing bucket, and events of the sources' patterns, in batches from one queue. */
  | { kind: 'arrival'; batchSize: number; windowSec: number; maxConcurrency: number }
  /** The consumed bus events, in batches from the stage's own queue; the clock too where `tickMin` is there, through the same queue. */
  | { kind: 'bus'; batchSize: number; windowSec: number; maxConcurrency: number; tickMin?: number }
  /** The clock, through a queue: a run that fails is repeated. */
  | { kind: 'schedule'; everyMin: number; maxConcurrency: number }
  /** A playbook's state machine invokes it. */
  | { kind: 'task' }
  /** The stage's own state machine (`machine.asl.json` beside it) invokes it; the clock starts the machine. */
  | { kind: 'machine'; machine: string; everyMin: number }
  /** A person's tool invokes it, authenticated by IAM. */
  | { kind: 'invoke' }
  /** Requests of anybody on the internet to `POST /hooks/<path>`; the stage itself tells who may. */
  | { kind: 'http'; ratePerSec: number; burst: number };

export interface Stage {
  id: string;
  /** What it turns into what. */
  does: string;
  trigger: Trigger;
  consumes: readonly BusEventName[];
  publishes: readonly BusEventName[];
  ports: Readonly<Partial<Record<PortName, Access>>>;
  memoryMiB: number;
  timeoutSec: number;
}

export const PIPELINE = [
  {
    id: 'collect',
    does: "other people's APIs, by cursor → raw objects in the landing bucket",
    trigger: { kind: 'schedule', everyMin: 2, maxConcurrency: 2 },
    consumes: [],
    publishes: [],
    ports: {
      landing: 'write',
      table: 'readwrite',
      http: 'use',
      secrets: 'read',
      clock: 'use',
      timer: 'use',
      meter: 'use',
    },
    memoryMiB: 1024,
    timeoutSec: 300,
  },
  {
    id: 'webhook',
    does: 'signed requests of vendors → raw objects in the landing bucket, each once',
    trigger: { kind: 'http', ratePerSec: 50, burst: 100 },
    consumes: [],
    publishes: [],
    ports: { landing: 'write', table: 'readwrite', secrets: 'read', clock: 'use', meter: 'use' },
    memoryMiB: 512,
    timeoutSec: 20,
  },
  {
    id: 'ingest',
    does: 'raw objects and events → OCSF events and findings in the lake, raw archive, quarantine',
    trigger: { kind: 'arrival', batchSize: 50, windowSec: 60, maxConcurrency: 20 },
    consumes: [],
    publishes: ['FindingsRaised'],
    ports: {
      landing: 'read',
      raw: 'write',
      lake: 'write',
      quarantine: 'write',
      table: 'readwrite',
      bus: 'write',
      clock: 'use',
      ids: 'use',
      meter: 'use',
    },
    memoryMiB: 2048,
    timeoutSec: 300,
  },
  {
    id: 'detect',
    does: 'matches of rules, newly ingested, and the history of new correlations → findings of correlation rules',
    trigger: { kind: 'schedule', everyMin: 5, maxConcurrency: 2 },
    consumes: [],
    publishes: ['FindingsRaised'],
    ports: { table: 'readwrite', lake: 'write', bus: 'write', query: 'use', clock: 'use', meter: 'use' },
    memoryMiB: 1024,
    timeoutSec: 240,
  },
  {
    id: 'scheduled',
    does: 'SQL detections that are due, over the history of the lake → findings',
    trigger: { kind: 'machine', machine: 'scheduled-queries', everyMin: 5 },
    consumes: [],
    publishes: ['FindingsRaised'],
    ports: { table: 'readwrite', lake: 'write', bus: 'write', query: 'use', clock: 'use', meter: 'use' },
    memoryMiB: 1024,
    timeoutSec: 900,
  },
  {
    id: 'baseline',
    does: 'what is usual, from the history of the lake → anomalies within one alert budget → findings',
    trigger: { kind: 'schedule', everyMin: 15, maxConcurrency: 2 },
    consumes: [],
    publishes: ['FindingsRaised'],
    ports: { table: 'readwrite', lake: 'write', bus: 'write', query: 'use', geo: 'read', clock: 'use', meter: 'use' },
    memoryMiB: 2048,
    timeoutSec: 840,
  },
  {
    id: 'correlate',
    does: 'findings → deduplicated alerts → scored entities → incidents, with what is known of their entities',
    trigger: { kind: 'bus', batchSize: 100, windowSec: 5, maxConcurrency: 2 },
    consumes: ['FindingsRaised'],
    publishes: ['IncidentChanged'],
    ports: { table: 'readwrite', bus: 'write', geo: 'read', clock: 'use', meter: 'use' },
    memoryMiB: 1024,
    timeoutSec: 60,
  },
  {
    id: 'case',
    does: 'incidents, ended responses and what people do → the case record, hash-chained, and the Incident Finding in the lake',
    trigger: { kind: 'bus', batchSize: 20, windowSec: 5, maxConcurrency: 2 },
    consumes: ['IncidentChanged', 'ResponseEnded', 'CaseChanged'],
    publishes: ['CaseChanged'],
    ports: { table: 'readwrite', lake: 'write', bus: 'write', clock: 'use', meter: 'use' },
    memoryMiB: 512,
    timeoutSec: 60,
  },
  {
    id: 'notify',
    does: 'what happened to cases, questions to people, failing rules → messages to people, each once, held back and folded where they are many',
    trigger: { kind: 'bus', batchSize: 20, windowSec: 5, maxConcurrency: 2, tickMin: 1 },
    consumes: ['CaseChanged', 'ApprovalAsked', 'FindingsRaised'],
    publishes: [],
    ports: { table: 'readwrite', http: 'use', secrets: 'read', mail: 'use', clock: 'use', meter: 'use' },
    memoryMiB: 512,
    timeoutSec: 120,
  },
  {
    id: 'api',
    does: "a person's request → cases, incidents and measures within their role and clearance; what they do to cases, recorded",
    trigger: { kind: 'invoke' },
    consumes: [],
    publishes: ['CaseChanged', 'IncidentChanged'],
    ports: { table: 'readwrite', bus: 'write', clock: 'use', ids: 'use', meter: 'use' },
    memoryMiB: 1024,
    timeoutSec: 30,
  },
  {
    id: 'measure',
    does: 'cases of the last thirty days → the measures of dashboards: times, shares, SLA, backlog',
    trigger: { kind: 'schedule', everyMin: 60, maxConcurrency: 2 },
    consumes: [],
    publishes: [],
    ports: { table: 'read', clock: 'use', meter: 'use' },
    memoryMiB: 1024,
    timeoutSec: 300,
  },
  {
    id: 'duty',
    does: 'new cases that policy may close → closed, or audited; open cases whose time runs out → alarms and escalations',
    trigger: { kind: 'schedule', everyMin: 5, maxConcurrency: 2 },
    consumes: [],
    publishes: ['CaseChanged'],
    ports: { table: 'readwrite', bus: 'write', clock: 'use', meter: 'use' },
    memoryMiB: 512,
    timeoutSec: 120,
  },
  {
    id: 'respond',
    does: 'one step of a playbook: plan, capture, act, verify, undo, record',
    trigger: { kind: 'task' },
    consumes: [],
    publishes: ['ResponseEnded'],
    ports: {
      table: 'readwrite',
      evidence: 'write',
      lake: 'write',
      cloud: 'use',
      tenants: 'use',
      bus: 'write',
      clock: 'use',
      ids: 'use',
      meter: 'use',
    },
    memoryMiB: 512,
    timeoutSec: 60,
  },
  {
    id: 'approve',
    does: 'a plan → a question to a person → a decision bound to that plan, once',
    trigger: { kind: 'task' },
    consumes: [],
    publishes: ['ApprovalAsked'],
    ports: { table: 'readwrite', bus: 'write', clock: 'use', ids: 'use' },
    memoryMiB: 512,
    timeoutSec: 30,
  },
  {
    id: 'decide',
    does: "a plan as a page, and a person's decision → the waiting playbook goes on or stops",
    trigger: { kind: 'invoke' },
    consumes: [],
    publishes: [],
    ports: { table: 'readwrite', executions: 'use', clock: 'use', ids: 'use' },
    memoryMiB: 512,
    timeoutSec: 30,
  },
  {
    id: 'maintain',
    does: 'hot files of past days → sorted cold files, each event once; what nobody needs any more → deleted',
    trigger: { kind: 'schedule', everyMin: 15, maxConcurrency: 2 },
    consumes: [],
    publishes: [],
    ports: { lake: 'readwrite', cuts: 'readwrite', table: 'readwrite', clock: 'use', meter: 'use' },
    memoryMiB: 3008,
    timeoutSec: 900,
  },
] as const satisfies readonly Stage[];

export type StageId = (typeof PIPELINE)[number]['id'];
