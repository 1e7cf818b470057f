/** Raw objects and events → OCSF events and findings in the lake, the raw archive, and quarantine: one pass over the bytes. */
import { BUS_SOURCE } from '../core/bus-event.ts';
import { recordDigest } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import type { Finding } from '../core/finding.ts';
import { findingGroups } from '../core/finding-groups.ts';
import { findingFromEvent, makeFinding, toDetectionFinding } from '../core/finding-make.ts';
import type { JsonObject } from '../core/json.ts';
import type { RawRef } from '../core/lake/conform.ts';
import { rawText } from '../core/lake/raw-text.ts';
import type { OcsfEvent } from '../core/ocsf/event.ts';
import { isRecordUid } from '../core/ocsf/record-uid.ts';
import { PACKING } from '../core/pack.ts';
import { thrownRuleFinding } from '../core/sigma/error-finding.ts';
import type { RuleInfo } from '../core/sigma/rule.ts';
import { arrivalItem } from '../core/source-arrivals.ts';
import { writeGroups } from '../ports/table-limits.ts';
import type { Source } from '../sources/source.ts';
import {
  type Arrival,
  emptyReport,
  type IngestContent,
  type IngestPorts,
  type IngestReport,
  LIMITS,
  type Reject,
  tally,
} from './arrival.ts';
import { batchIdOf, identityOf, ledgerKey, tellApart } from './identity.ts';
import { keepMatches } from './keep-matches.ts';
import { meet } from './meet.ts';
import { Part, quarantineObject } from './part.ts';
import { type Readers, type ReadItem, readArrival } from './read.ts';
import { problemOf } from './reasons.ts';
import { Recognizer } from './recognizer.ts';
import { droppedByContent, skippedByKey } from './skip.ts';

/**
 * Ingests a batch. Every record ends in exactly one of three places: the lake, quarantine, or the counted drops.
 * All outputs have names that derive from the arrivals, so that the same batch, run again, overwrites itself.
 * @throws YaguraError when a store or the bus fails: nothing of the batch is then marked as done
 */
export async function ingest(arrivals: readonly Arrival[], ports: IngestPorts, content: IngestContent): Promise<IngestReport> {
  const run = new IngestRun(arrivals, ports, content);
  for (const arrival of arrivals) await run.take(arrival);
  await run.finish();
  return run.report;
}

/** A record as it came, and what the lake keeps of it. */
interface RawContent {
  raw: Uint8Array;
  /** @see rawText */
  text: Uint8Array | undefined;
  /** Absent where the event's id is one. */
  digest: string | undefined;
}

class IngestRun {
  readonly report = emptyReport();
  readonly #ports: IngestPorts;
  readonly #content: IngestContent;
  readonly #batchId: string;
  readonly #nowMs: number;
  readonly #done: Arrival[] = [];
  /** Source → event id → digest of its record, within the part; none where the id is one. */
  readonly #seen = new Map<string, Map<string, string | undefined>>();
  readonly #readers: Readers;
  #parts = 0;
  #part: Part;
  #recognizer: Recognizer;

  constructor(arrivals: readonly Arrival[], ports: IngestPorts, content: IngestContent) {
    this.#ports = ports;
    this.#content = content;
    this.#recognizer = new Recognizer(content.sources, '');
    this.#readers = { sources: content.sources, surelyRecord: (record) => this.#recognizer.sourceOf(record) !== undefined };
    this.#batchId = batchIdOf(arrivals);
    this.#nowMs = ports.clock.nowMs();
    this.#part = this.#newPart();
  }

  async take(arrival: Arrival): Promise<void> {
    const { report } = this;
    if (arrival.kind === 'object') {
      report.objects++;
      const skip = skippedByKey(this.#content.sources, arrival.key);
      if (skip !== undefined) {
        tally(report.skippedObjects, skip);
        return;
      }
      const { pk, sk } = ledgerKey(identityOf(arrival));
      if ((await this.#ports.table.get(pk, sk)) !== undefined) {
        report.alreadyIngested++;
        return;
      }
    }
    const from = arrival.kind === 'object' ? arrival.key : arrival.id;
    this.#recognizer = new Recognizer(this.#content.sources, from);
    const before = report.in;
    const first = arrival.kind === 'object' ? (arrival.firstRecord ?? 1) : 1;
    try {
      for await (const item of readArrival(arrival, this.#ports.landing, this.#readers)) {
        this.#takeItem(item, from, report.in - before + first);
        if (this.#part.full) await this.#flush();
      }
      this.#done.push(arrival);
    } catch (error) {
      if (!(error instanceof YaguraError && error.retryable)) throw error;
      report.failedIds.push(arrival.id);
      report.problems.push({ at: from, what: error.message, fix: 'nothing: it is delivered again' });
    }
  }

  async finish(): Promise<void> {
    await this.#flush();
    for (const arrival of this.#done) {
      if (arrival.kind !== 'object') continue;
      const key = ledgerKey(identityOf(arrival));
      await this.#ports.table.write([{ put: { ...key, data: { batchId: this.#batchId, atMs: this.#nowMs } } }]);
    }
    const { report } = this;
    const arrived = Object.entries(report.bySource).filter(([, count]) => count > 0);
    const puts = arrived.map(([source]) => ({ put: arrivalItem({ source, lastMs: this.#nowMs }) }));
    for (const group of writeGroups(puts)) await this.#ports.table.write(group);
    this.#ports.meter.count({
      IngestedObjectCount: report.objects,
      IngestedRecordCount: report.in,
      EventCount: report.out,
      QuarantinedRecordCount: report.quarantined,
      DroppedRecordCount: report.dropped,
      FindingCount: report.findings,
    });
  }

  #takeItem(item: ReadItem, from: string, record: number): void {
    this.report.bytes += item.raw.length;
    if (item.kind === 'record') {
      this.report.in++;
      this.#takeRecord(item, { from, record });
    } else if (item.kind === 'header') {
      this.report.in++;
      this.#drop('header_line');
    } else {
      this.report.in++;
      this.#reject({
        reason: item.reason,
        detail: item.detail,
        from,
        record: item.wholeObject ? 0 : record,
        bytes: item.raw,
        sizeBytes: item.sizeBytes,
      });
    }
  }

  #takeRecord(
    { record, raw, isCompact, source: known }: Extract<ReadItem, { kind: 'record' }>,
    place: { from: string; record: number },
  ): void {
    const rejectWith = (reason: Reject['reason'], detail: string): void =>
      this.#reject({ reason, detail, ...place, bytes: raw, sizeBytes: raw.length });
    const source = known ?? this.#recognizer.sourceOf(record);
    const only = this.#content.onlySource;
    // Whoever recognizes a record knows whether it is one; of the others only records that nobody recognizes are asked about.
    const drop = droppedByContent(this.#content.sources, record, source);
    if (drop !== undefined) {
      this.#drop(drop);
      return;
    }
    if (source === undefined) {
      rejectWith('unknown_source', Object.keys(record).slice(0, 8).join(', '));
      return;
    }
    if (only !== undefined && source.id !== only) {
      rejectWith('wrong_source', `it looks like ${source.id}, not ${only}`);
      return;
    }
    const event = source.toOcsf(record, { nowMs: this.#nowMs });
    const text = rawText(record, raw, isCompact);
    const digest = isRecordUid(record, event.metadata.uid) ? undefined : recordDigest(text ?? raw);
    const seen = this.#seenOf(source.id);
    if (seen.has(event.metadata.uid)) {
      if (digest !== undefined && seen.get(event.metadata.uid) !== digest) tellApart(event, digest);
      if (seen.has(event.metadata.uid)) {
        this.#drop('duplicate_event');
        return;
      }
      this.report.reusedIds++;
    }
    seen.set(event.metadata.uid, digest);
    this.#keep(source, record, event, { raw, text, digest });
  }

  #seenOf(sourceId: string): Map<string, string | undefined> {
    const known = this.#seen.get(sourceId);
    if (known !== undefined) return known;
    const made = new Map<string, string | undefined>();
    this.#seen.set(sourceId, made);
    return made;
  }

  #keep(source: Source, record: JsonObject, event: OcsfEvent, { raw, text, digest }: RawContent): void {
    const { report } = this;
    const { suppressor, indicators } = this.#content;
    const part = this.#part;
    const rawRef = part.keepRaw(raw);
    const row = { event, source: source.id, rawRef, ingestTimeMs: this.#nowMs };
    part.lake.add({ ...row, rawRecord: text, recordDigest: digest });
    this.#content.inspect?.(event, source.id);
    report.out++;
    tally(report.bySource, source.id);
    tally(report.byClass, String(event.class_uid));
    if (indicators !== undefined && event.observables !== undefined)
      meet(part, { event, rawRef, record }, { source: source.id, indicators });
    const product = findingFromEvent(event, source.id);
    if (product !== undefined) this.#find(suppressor?.apply(product, { event, raw: record }) ?? product);
    const hits = this.#content.rules.match(source.id, record, event, (rule, error) => this.#threw({ rule, error }, rawRef));
    for (const { rule } of hits) {
      const { matches } = this.#content;
      if (matches !== undefined) part.keepMatches(matches.read(rule.id, { sourceId: source.id, record, event }));
      if (matches?.isSilent(rule.id)) continue;
      const made = makeFinding({ rule, source: source.id, record, event });
      this.#raise(suppressor?.apply(made, { event, raw: record, rulePath: rule.path }) ?? made, { event, rawRef });
    }
  }

  /** A finding of our own is also an event of the lake; a product's already is one. */
  #raise(finding: Finding, { event, rawRef }: { event?: OcsfEvent; rawRef: RawRef }): void {
    this.#find(finding);
    const nowMs = this.#nowMs;
    const detection = toDetectionFinding(finding, event === undefined ? { nowMs } : { event, nowMs });
    this.#content.inspect?.(detection, BUS_SOURCE);
    this.#part.lake.add({ event: detection, source: BUS_SOURCE, rawRef, ingestTimeMs: nowMs });
  }

  /** A rule that throws is told of once a run; it never stops the others. */
  #threw({ rule, error }: { rule: RuleInfo; error: unknown }, rawRef: RawRef): void {
    tally(this.report.ruleErrors, rule.path);
    if (this.report.ruleErrors[rule.path] !== 1) return;
    this.#raise(thrownRuleFinding({ rule, error, nowMs: this.#nowMs }), { rawRef });
  }

  /** What met indicators is told once for each of them and whom it is about. */
  #tellMet(part: Part): void {
    for (const { finding, extra } of part.met.take()) {
      const { event, rawRef, record: raw } = extra;
      this.#raise(this.#content.suppressor?.apply(finding, { event, raw }) ?? finding, { event, rawRef });
    }
  }

  #find(finding: Finding): void {
    this.report.findings++;
    this.#part.findings.push({ ...finding, ingestedAtMs: this.#nowMs });
  }

  #drop(reason: string): void {
    this.report.dropped++;
    tally(this.report.droppedByReason, reason);
  }

  #reject(reject: Reject): void {
    this.report.quarantined++;
    tally(this.report.quarantinedByReason, reject.reason);
    this.#part.rejects.push(reject);
    if (this.report.problems.length < LIMITS.problems) this.report.problems.push(problemOf(reject));
  }

  #newPart(): Part {
    return new Part(`${this.#batchId}-${this.#parts++}`);
  }

  /** Findings leave first: an analyst need not wait for a file. All of it is idempotent, so a crash in between costs a repetition. */
  async #flush(): Promise<void> {
    const part = this.#part;
    const { bus, raw, lake, quarantine } = this.#ports;
    this.#tellMet(part);
    part.close();
    for (const findings of findingGroups(part.findings)) await bus.publish([{ name: 'FindingsRaised', detail: { findings } }]);
    for (const { key, bytes } of part.archive)
      await raw.put(key, bytes, {
        ifAbsent: true,
        contentType: 'application/x-ndjson',
        contentEncoding: PACKING.contentEncoding,
      });
    const partId = `${this.#batchId}-${this.#parts - 1}`;
    await keepMatches(part.matches, partId, this.#ports);
    if (part.rejects.length > 0) await quarantine.put(`${partId}.ndjson.gz`, quarantineObject(part.rejects));
    for (const { key, bytes } of part.lake.files(partId)) await lake.put(key, bytes);
    this.#seen.clear();
    this.#part = this.#newPart();
  }
}
