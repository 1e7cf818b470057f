/** Recorded moments → the times of a case. */
import type { CaseTimes } from './state.ts';
import type { RecordedTime } from './terms.ts';

const FIELD: Readonly<Record<RecordedTime, keyof CaseTimes>> = {
  occur: 'occurMs',
  compromise: 'compromiseMs',
  ingest: 'ingestMs',
  detect: 'detectMs',
  declare: 'declareMs',
  scope: 'scopeMs',
  contain: 'containMs',
  eradicate: 'eradicateMs',
  recover: 'recoverMs',
  aware: 'awareMs',
  classified_major: 'classifiedMajorMs',
  materiality_determined: 'materialityDeterminedMs',
  ransom_paid: 'ransomPaidMs',
};

export const timeField = (name: RecordedTime): keyof CaseTimes => FIELD[name];

export const withTime = (times: CaseTimes, change: Partial<CaseTimes>): CaseTimes => ({ ...times, ...change });

export const recordTime = (times: CaseTimes, name: RecordedTime, occurredAtMs: number): CaseTimes =>
  withTime(times, { [FIELD[name]]: occurredAtMs });
