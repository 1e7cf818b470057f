/** Names of what compaction works on and writes: every one derives from the cut, the partition and a number. */
import { COLD, cutName, HOT, REPLACED } from '../core/lake/cut.ts';
import { ROLLUP_PREFIX } from '../core/lake/rollup.ts';

/** One table, source and day. */
export interface Partition {
  table: string;
  source: string;
  eventday: string;
}

const FILE = /^(ocsf|cold|replaced)\/([a-z0-9_]+)\/source=([a-z0-9_-]+)\/eventday=(\d{8})\/[^/]+\.parquet$/;

/** The partition of a file of events; undefined for other keys. */
export function partitionOf(key: string): Partition | undefined {
  const [, , table, source, eventday] = FILE.exec(key) ?? [];
  return table === undefined || source === undefined || eventday === undefined ? undefined : { table, source, eventday };
}

const below = (tier: string, { table, source, eventday }: Partition): string =>
  `${tier}/${table}/source=${source}/eventday=${eventday}/`;
export const hotFolder = (partition: Partition): string => below(HOT, partition);
export const coldFolder = (partition: Partition): string => below(COLD, partition);

const four = (number: number): string => String(number).padStart(4, '0');

/** One round of a partition's compaction: so many files as fit into memory at once. */
export interface Round extends Partition {
  cutMs: number;
  number: number;
}

/** Every part of a round begins with this. */
export const partPrefix = (round: Round): string => `${coldFolder(round)}${cutName(round.cutMs)}-${four(round.number)}-`;
export const partKey = (round: Round, part: number): string => `${partPrefix(round)}${four(part)}.parquet`;

export const replacedKey = (round: Round): string =>
  `${below(REPLACED, round)}${cutName(round.cutMs)}-${four(round.number)}.parquet`;

export const rollupKey = (round: Round): string =>
  `${ROLLUP_PREFIX}source=${round.source}/eventday=${round.eventday}/${cutName(round.cutMs)}-${round.table}-${four(round.number)}.parquet`;

const flat = ({ table, source, eventday }: Partition): string => `${table}-${source}-${eventday}`;

/** What a cut's runs remember, until its hot files are deleted. */
export const WORK_PREFIX = 'compaction/work/';
export const workPrefix = (cutMs: number): string => `${WORK_PREFIX}${cutName(cutMs)}/`;
/** The cut of a key there; endless for a foreign one. */
export function workCut(key: string): number {
  const digits = /^compaction\/work\/(\d{15})\//.exec(key)?.[1];
  return digits === undefined ? Number.POSITIVE_INFINITY : Number(digits);
}
export const planKey = (cutMs: number): string => `${workPrefix(cutMs)}plan.json`;
export const donePrefix = (cutMs: number): string => `${workPrefix(cutMs)}done/`;
export const doneKey = (round: Round): string => `${donePrefix(round.cutMs)}${flat(round)}-${four(round.number)}.json`;
/** The cut that is being worked on. */
export const OPEN_KEY = 'compaction/open.json';
