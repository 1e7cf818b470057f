/** What a deployed stage is told: the variables that each port needs. Infra sets them, the AWS adapters read them; nothing else is read. */
import * as z from 'zod';
import { isReadBuckets } from './adopted-buckets.ts';

/** Why a value is refused is told with the value, so a wrong deployment is found at the first start. */
const text = z.string().min(1);
const lockMode = z.enum(['off', 'GOVERNANCE', 'COMPLIANCE']);

/** Every variable there is. Names begin with `YAGURA_`, so that an unknown one is surely a mistake. */
export const VARIABLES = {
  YAGURA_LANDING_BUCKET: text,
  /** JSON: the buckets of others that are read beside it. */
  YAGURA_ADOPTED_BUCKETS: z.string().refine(isReadBuckets, 'a list of buckets'),
  YAGURA_RAW_BUCKET: text,
  YAGURA_RAW_LOCK: lockMode,
  YAGURA_LAKE_BUCKET: text,
  YAGURA_QUARANTINE_BUCKET: text,
  YAGURA_EVIDENCE_BUCKET: text,
  YAGURA_EVIDENCE_LOCK: lockMode,
  YAGURA_TABLE: text,
  YAGURA_BUS: text,
  YAGURA_ATHENA_WORKGROUP: text,
  YAGURA_ATHENA_DATABASE: text,
  /** What queries of content may cost a day, US dollars. */
  YAGURA_QUERY_DAILY_USD: z.string().regex(/^\d+(\.\d+)?$/),
  /** The ARN of every playbook's state machine up to the playbook's id. */
  YAGURA_MACHINE_ARN_PREFIX: z.string().regex(/^arn:[\w-]+:states:[\w-]+:\d{12}:stateMachine:[\w-]*$/),
  /** Which counters become metrics: all, or those alone that alarms read. */
  YAGURA_METRICS: z.enum(['all', 'alarms']),
  /** The role name of a tier is this and the tier. */
  YAGURA_RESPONDER_ROLE_PREFIX: text,
  YAGURA_RESPONDER_EXTERNAL_ID: text,
} as const;
export type VariableName = keyof typeof VARIABLES;

/** The variables of each port. */
export const VARIABLES_OF_PORT = {
  landing: ['YAGURA_LANDING_BUCKET', 'YAGURA_ADOPTED_BUCKETS'],
  raw: ['YAGURA_RAW_BUCKET', 'YAGURA_RAW_LOCK'],
  lake: ['YAGURA_LAKE_BUCKET'],
  cuts: ['YAGURA_ATHENA_DATABASE'],
  quarantine: ['YAGURA_QUARANTINE_BUCKET'],
  evidence: ['YAGURA_EVIDENCE_BUCKET', 'YAGURA_EVIDENCE_LOCK'],
  table: ['YAGURA_TABLE'],
  bus: ['YAGURA_BUS'],
  query: ['YAGURA_ATHENA_WORKGROUP', 'YAGURA_ATHENA_DATABASE', 'YAGURA_QUERY_DAILY_USD'],
  geo: [],
  executions: ['YAGURA_MACHINE_ARN_PREFIX'],
  cloud: ['YAGURA_RESPONDER_ROLE_PREFIX', 'YAGURA_RESPONDER_EXTERNAL_ID'],
  tenants: [],
  http: [],
  secrets: [],
  mail: [],
  clock: [],
  timer: [],
  ids: [],
  meter: ['YAGURA_METRICS'],
} as const satisfies Record<string, readonly VariableName[]>;
/** Every port that a deployed stage can have. */
export type DeployedPort = keyof typeof VARIABLES_OF_PORT;

/** The variables that a stage with these ports is given: no more, no fewer. */
export const variablesOf = (ports: Iterable<DeployedPort>): VariableName[] => [
  ...new Set([...ports].flatMap((port): readonly VariableName[] => VARIABLES_OF_PORT[port])),
];
