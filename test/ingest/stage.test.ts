import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../functions/core/digest.ts';
import { YaguraError } from '../../functions/core/error.ts';
import { arrivalsOf, SOURCE_ARRIVALS_PK } from '../../functions/core/source-arrivals.ts';
import { batchIdOf } from '../../functions/ingest/identity.ts';
import { ingest } from '../../functions/ingest/stage.ts';
import type { ObjectStore } from '../../functions/ports/object-store.ts';
import { readWithHyparquet } from '../core/lake/read-back.ts';
import { benign, trailStopped } from '../local/cloudtrail-records.ts';
import type { memoryStore } from './memory-store.ts';
import { arrive, content, lines, world } from './world.ts';

describe('ingest', () => {
  it('puts every record in exactly one place, and points from each event at its raw bytes', async () => {
    const { ports, stores, published, meter } = world({
      'a.json': JSON.stringify({ Records: [benign(1), trailStopped(2), { not: 'ours' }, benign(1)] }),
      'b.jsonl.gz': gzipSync(`${JSON.stringify(benign(3))}\nbroken\n`),
    });
    const report = await ingest(arrive('a.json', 'b.jsonl.gz'), ports, content);
    expect(report).toMatchObject({
      ...{ objects: 2, in: 6, out: 3, quarantined: 2, dropped: 1 },
      quarantinedByReason: { unknown_source: 1, invalid_json: 1 },
      droppedByReason: { duplicate_event: 1 },
    });
    expect(report.findings).toBeGreaterThan(0);
    expect(published).toMatchObject([
      { name: 'FindingsRaised', detail: { findings: [{ eventUids: [trailStopped(2)['eventID']] }] } },
    ]);
    const [rawKey = ''] = stores.raw.keys();
    expect(lines(stores.raw.bytes(rawKey)).map((line) => JSON.parse(line))).toEqual([benign(1), trailStopped(2), benign(3)]);
    const [quarantineKey = ''] = stores.quarantine.keys();
    expect(lines(stores.quarantine.bytes(quarantineKey)).map((line) => JSON.parse(line))).toMatchObject([
      { reason: 'unknown_source', from: 'a.json', record: 3, raw: '{"not":"ours"}' },
      { reason: 'invalid_json', from: 'b.jsonl.gz', record: 2, raw: 'broken' },
    ]);
    expect(meter.totals).toMatchObject({
      IngestedRecordCount: 6,
      EventCount: 3,
      QuarantinedRecordCount: 2,
      DroppedRecordCount: 1,
    });
    expect(
      stores.lake.keys().every((key) => /^ocsf\/[a-z_]+\/source=[a-z-]+\/eventday=\d{8}\/[0-9a-f]{16}-0\.parquet$/.test(key)),
    ).toBe(true);
  });

  it('keeps one id with two contents apart: both are events, and rules judge both', async () => {
    const hidden = { ...trailStopped(1), eventID: benign(1)['eventID'] ?? '' };
    const { ports, published } = world({ 'a.json': JSON.stringify([benign(1), hidden, hidden]) });
    const report = await ingest(arrive('a.json'), ports, content);
    expect(report).toMatchObject({ in: 3, out: 2, quarantined: 0, dropped: 1, reusedIds: 1 });
    expect(JSON.stringify(published)).toContain(`${benign(1)['eventID']}#`);
  });

  it('tells records of one id apart by content in whatever batch they come, and knows a copy however it is spaced', async () => {
    const other = { ...benign(1), readOnly: !benign(1)['readOnly'] };
    const { ports, stores } = world({
      'a.json': JSON.stringify([benign(1)]),
      'b.json': JSON.stringify([other, benign(2)], null, 2),
      'c.json': JSON.stringify({ Records: [benign(1), benign(2)] }, null, 1),
    });
    for (const key of ['a.json', 'b.json', 'c.json']) await ingest(arrive(key), ports, content);
    const digests = await Promise.all(
      stores.lake.keys().map(async (key) => {
        const rows = await readWithHyparquet(stores.lake.bytes(key) ?? new Uint8Array());
        return rows.map((row) => `${(row['metadata'] as { uid: string }).uid} ${row['record_digest']}`);
      }),
    );
    const rows = digests.flat();
    expect(rows).toHaveLength(5);
    expect(rows.filter((row) => row.startsWith(String(benign(1)['eventID'])))).toHaveLength(3);
    expect(new Set(rows).size).toBe(3);
    for (const row of rows) expect(row).toMatch(/ [0-9a-f]{32}$/);
  });

  it('keeps no digest beside an id that is one', async () => {
    const { eventID: _, ...withoutId } = benign(1);
    const { ports, stores } = world({ 'a.json': JSON.stringify([withoutId, withoutId]) });
    expect(await ingest(arrive('a.json'), ports, content)).toMatchObject({ out: 1, droppedByReason: { duplicate_event: 1 } });
    const [key = ''] = stores.lake.keys();
    const [row] = await readWithHyparquet(stores.lake.bytes(key) ?? new Uint8Array());
    expect(row).toMatchObject({ metadata: { uid: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    expect(row?.['record_digest'] ?? null).toBeNull();
  });

  it('writes the same names and bytes when a batch is run again before it was marked as done', async () => {
    const objects = { 'a.json': JSON.stringify([benign(1), trailStopped(2)]), 'b.json': JSON.stringify([benign(3)]) };
    const [one, two] = [world(objects), world(objects)];
    await ingest(arrive('a.json', 'b.json'), one.ports, content);
    await ingest(arrive('a.json', 'b.json'), two.ports, content);
    const digests = (store: ReturnType<typeof memoryStore>): string[] =>
      store.keys().map((key) => `${key} ${sha256(store.bytes(key) ?? '')}`);
    expect(digests(two.stores.lake)).toEqual(digests(one.stores.lake));
    expect(digests(two.stores.raw)).toEqual(digests(one.stores.raw));
    expect(batchIdOf(arrive('a', 'b'))).toBe(batchIdOf(arrive('b', 'a')));
    expect(batchIdOf(arrive('a', 'b'))).not.toBe(batchIdOf(arrive('a', 'c')));
  });

  it('remembers when each source last sent something', async () => {
    const { ports } = world({ 'a.json': JSON.stringify({ Records: [benign(1), { not: 'ours' }] }) });
    await ingest(arrive('a.json'), ports, content);
    expect(arrivalsOf(await ports.table.query(SOURCE_ARRIVALS_PK))).toEqual([
      { source: 'aws-cloudtrail', lastMs: ports.clock.nowMs() },
    ]);
  });

  it('reads an object once: the ledger knows it', async () => {
    const { ports } = world({ 'a.json': JSON.stringify([benign(1)]) });
    await ingest(arrive('a.json'), ports, content);
    expect(await ingest(arrive('a.json'), ports, content)).toMatchObject({ alreadyIngested: 1, in: 0 });
  });

  it('asks for an object again where the world failed, and keeps the others', async () => {
    const { ports } = world({ 'a.json': JSON.stringify([benign(1)]), 'b.json': JSON.stringify([benign(2)]) });
    const landing: ObjectStore = {
      ...ports.landing,
      get: async (key) => {
        if (key === 'a.json') throw new YaguraError('Throttled', 'slow down');
        return await ports.landing.get(key);
      },
    };
    const report = await ingest(arrive('a.json', 'b.json'), { ...ports, landing }, content);
    expect(report).toMatchObject({ out: 1, failedIds: ['m-a.json'] });
    expect(await ingest(arrive('a.json', 'b.json'), ports, content)).toMatchObject({ out: 1, alreadyIngested: 1 });
  });

  it('marks nothing as done when a store or the bus fails', async () => {
    for (const broken of ['lake', 'raw', 'bus'] as const) {
      const { ports } = world({ 'a.json': JSON.stringify([trailStopped(1)]) });
      const down = async (): Promise<never> => {
        throw new YaguraError('Unavailable', `${broken} is down`);
      };
      const faulty =
        broken === 'bus' ? { ...ports, bus: { publish: down } } : { ...ports, [broken]: { ...ports[broken], put: down } };
      await expect(ingest(arrive('a.json'), faulty, content)).rejects.toThrow('is down');
      expect(await ingest(arrive('a.json'), ports, content)).toMatchObject({ out: 1, alreadyIngested: 0 });
    }
  });

  it('takes an event of the bus in its envelope', async () => {
    const { ports } = world({});
    const envelope = { 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.cloudtrail', detail: trailStopped(1) };
    expect(await ingest([{ kind: 'event', id: 'm1', envelope }], ports, content)).toMatchObject({ in: 1, out: 1, objects: 0 });
  });

  it('takes each finding of a list in an event of the bus', async () => {
    const { ports } = world({});
    const asff = (n: number) => ({
      SchemaVersion: '2018-10-08',
      Id: `arn:aws:securityhub:eu-west-1:111122223333:finding/${n}`,
      ProductArn: 'arn:aws:securityhub:eu-west-1::product/aws/securityhub',
      GeneratorId: 'g',
      AwsAccountId: '111122223333',
      Title: 't',
      UpdatedAt: '2026-03-02T00:00:00Z',
    });
    const ocsf = {
      class_uid: 2004,
      time: 1772409600000,
      metadata: { version: '1.6.0', uid: 'f1' },
      finding_info: { uid: 'f1', title: 't' },
    };
    const envelopes = [
      { 'detail-type': 'Security Hub Findings - Imported', source: 'aws.securityhub', detail: { findings: [asff(1), asff(2)] } },
      { 'detail-type': 'Findings Imported V2', source: 'aws.securityhub', detail: { findings: [ocsf] } },
    ];
    const arrivals = envelopes.map((envelope, n) => ({ kind: 'event' as const, id: `m${n}`, envelope }));
    expect(await ingest(arrivals, ports, content)).toMatchObject({ in: 3, out: 3, bySource: { 'aws-security-hub': 2, ocsf: 1 } });
  });

  it('a rule that throws is counted and stops no other', async () => {
    const { ports } = world({ 'a.json': JSON.stringify([trailStopped(1)]) });
    const { rules } = content;
    const [rule] = rules.rules;
    if (rule === undefined) throw new Error('no rules');
    const faulty = {
      rules: rules.rules,
      match: (...args: Parameters<typeof rules.match>) => {
        args[3]?.(rule, new Error('boom'));
        return rules.match(args[0], args[1], args[2]);
      },
    };
    const report = await ingest(arrive('a.json'), ports, { ...content, rules: faulty });
    expect(report.ruleErrors).toEqual({ [rule.path]: 1 });
    expect(report.findings).toBeGreaterThan(0);
  });

  it('accounts for every record of any mutilated file (property)', async () => {
    const whole = Buffer.from(
      JSON.stringify({ Records: Array.from({ length: 12 }, (_, n) => (n % 5 === 0 ? trailStopped(n) : benign(n))) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(whole.length - 1), byte: fc.integer({ min: 0, max: 255 }) }), { maxLength: 6 }),
        fc.nat(whole.length),
        async (changes, cut) => {
          const bytes = Buffer.from(whole.subarray(0, whole.length - (cut % 400)));
          for (const { at, byte } of changes) if (at < bytes.length) bytes[at] = byte;
          const { ports, stores } = world({ 'a.json': bytes });
          const report = await ingest(arrive('a.json'), ports, content);
          expect(report.in).toBe(report.out + report.quarantined + report.dropped);
          const kept = stores.quarantine.keys().flatMap((key) => lines(stores.quarantine.bytes(key)));
          expect(kept).toHaveLength(report.quarantined);
          expect(stores.raw.keys().flatMap((key) => lines(stores.raw.bytes(key)))).toHaveLength(report.out);
        },
      ),
      { numRuns: 60 },
    );
  });
});
