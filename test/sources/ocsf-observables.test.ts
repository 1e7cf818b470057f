/** An observable that ours and the producer's event both name, with another type each: ours stands, the producer's word stays aside. */
import { expect, it } from 'vitest';
import { SOURCES } from '../../functions/sources/index.ts';
import { lostLeaves, NOW_MS, samplesOf } from './samples.ts';

it("keeps the producer's type of an observable that ours types otherwise", () => {
  const source = SOURCES.find(({ id }) => id === 'ocsf');
  const flow = samplesOf('ocsf').find(({ record }) => record['class_uid'] === 4001 && record['src_endpoint'] !== undefined);
  const ip = (flow?.record['src_endpoint'] as { ip?: string } | undefined)?.ip;
  const observables = [{ name: 'src_endpoint.ip', value: ip ?? '', type: 'IP Address', type_id: 0 }];
  const record = { ...flow?.record, observables };
  const event = JSON.parse(JSON.stringify(source?.toOcsf(record, { nowMs: NOW_MS })));
  expect(event.observables).toContainEqual({ name: 'src_endpoint.ip', value: ip, type: 'IP Address', type_id: 2 });
  expect(lostLeaves(record, event)).toEqual([]);
});
