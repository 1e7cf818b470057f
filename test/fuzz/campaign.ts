// Damaged inputs through the whole ingest, over stores in memory: nothing is thrown, nothing hangs, every record is accounted for, every event is valid.
import { validateEvent } from '../../functions/core/ocsf/validate.ts';
import { compileStream } from '../../functions/core/sigma/stream.ts';
import { ingest } from '../../functions/ingest/stage.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { createMemoryTable } from '../../local/adapters/memory-table.ts';
import { createMemoryMeter } from '../../local/meter.ts';
import { randomOf } from '../../local/story/random.ts';
import { memoryStore } from '../ingest/memory-store.ts';
import { mutant } from './mutants.ts';

const BATCH = 2_000;
/** A batch of small objects takes a second or two of the processor: where it takes much more, each of its objects is tried alone. */
const SLOW_MS = 8_000;
/** One object of some kB takes a millisecond or two; this is a hang. Time of the processor: on a busy machine the clock tells nothing. */
const HANG_MS = 3_000;

/** Milliseconds that this process has had of the processor. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export interface Campaign {
  inputs: number;
  records: number;
  events: number;
  quarantined: number;
  dropped: number;
  slowestBatchMs: number;
  /** What went wrong, with the batch that shows it: at most ten. */
  faults: { batch: number; what: string }[];
}

export interface CampaignOptions {
  count: number;
  seed: number;
  onBatch?: (campaign: Campaign) => void;
}

const emptyCampaign = (): Campaign => ({
  inputs: 0,
  records: 0,
  events: 0,
  quarantined: 0,
  dropped: 0,
  slowestBatchMs: 0,
  faults: [],
});

const { stream: rules } = compileStream([], { sources: SOURCES });

export async function runCampaign({ count, seed, onBatch }: CampaignOptions): Promise<Campaign> {
  const campaign = emptyCampaign();
  for (let batch = 0; campaign.inputs < count && campaign.faults.length < 10; batch++) {
    const fault = (what: string): void => void campaign.faults.push({ batch, what });
    const size = Math.min(BATCH, count - campaign.inputs);
    const objects = batchOf(seed, batch, size);
    const startMs = cpuMs();
    try {
      await runBatch(objects, campaign, fault);
    } catch (error) {
      fault(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    const tookMs = cpuMs() - startMs;
    if (tookMs > SLOW_MS) await findHang(objects, fault);
    campaign.slowestBatchMs = Math.max(campaign.slowestBatchMs, tookMs);
    campaign.inputs += size;
    onBatch?.(campaign);
  }
  return campaign;
}

/** The objects of one batch: a batch can be made again alone. */
export function batchOf(seed: number, batch: number, size = BATCH): Record<string, Buffer> {
  const random = randomOf(seed * 1_000_003 + batch);
  return Object.fromEntries(Array.from({ length: size }, (_, n) => [`fuzz/${n}.json`, mutant(random)]));
}

/** The object that a slow batch was slow for, if it is one. */
async function findHang(objects: Record<string, Buffer>, fault: (what: string) => void): Promise<void> {
  for (const [key, bytes] of Object.entries(objects)) {
    const startMs = cpuMs();
    await runBatch({ [key]: bytes }, emptyCampaign(), () => undefined).catch(() => undefined);
    const tookMs = cpuMs() - startMs;
    if (tookMs > HANG_MS) fault(`${key} took ${Math.round(tookMs)} ms alone`);
  }
}

async function runBatch(objects: Record<string, Buffer>, campaign: Campaign, fault: (what: string) => void): Promise<void> {
  const ports = {
    ...{ landing: memoryStore(objects), raw: memoryStore(), lake: memoryStore(), quarantine: memoryStore() },
    ...{ table: createMemoryTable(), meter: createMemoryMeter(), clock: { nowMs: () => Date.UTC(2026, 2, 3) } },
    bus: { publish: () => Promise.resolve() },
  };
  const arrivals = Object.keys(objects).map((key) => ({ kind: 'object' as const, id: key, key }));
  const report = await ingest(arrivals, ports, {
    ...{ sources: SOURCES, rules },
    inspect: (event, source) => {
      const issue = validateEvent(event).find(({ isWarning }) => !isWarning);
      if (issue !== undefined) fault(`${source} ${event.class_uid}: ${issue.kind} ${issue.path}: ${issue.message}`);
    },
  });
  if (report.in !== report.out + report.quarantined + report.dropped) fault(`accounts: ${JSON.stringify(report)}`);
  if (report.objects !== arrivals.length || report.failedIds.length > 0) fault(`objects: ${JSON.stringify(report)}`);
  campaign.records += report.in;
  campaign.events += report.out;
  campaign.quarantined += report.quarantined;
  campaign.dropped += report.dropped;
}
