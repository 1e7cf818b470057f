/** An incident that changed → what is known of its entities, each part looked up for itself: one that is slow or broken keeps no other. */
import { canonicalJson } from '../core/digest.ts';
import {
  CONTEXT_PARTS,
  CONTEXT_PK,
  type ContextPart,
  type IncidentContext,
  type PartContext,
} from '../core/enrichment/context.ts';
import type { Enricher } from '../core/enrichment/enricher.ts';
import {
  assetFacts,
  blind,
  found,
  identityFacts,
  indicatorFacts,
  networkFacts,
  vulnerabilityFacts,
} from '../core/enrichment/facts.ts';
import type { Entity } from '../core/finding.ts';
import type { GeoLookup } from '../core/geo/geo.ts';
import { INCIDENTS_PK, type IncidentHead } from '../core/incident.ts';
import type { LocalText } from '../core/text.ts';
import type { Clock } from '../ports/clock.ts';
import type { Meter } from '../ports/meter.ts';
import type { Table } from '../ports/table.ts';
import { jsonOf } from './alerts.ts';
import { headFrom } from './incidents.ts';
import { NODE_SK, nodeFrom, nodeKey, nodePk } from './node.ts';

export interface EnrichPorts {
  table: Table;
  clock: Clock;
  meter: Meter;
  geo?: GeoLookup;
}

/** One part may take so long; all incidents of a batch together about so long. */
const PART_MS = 3_000;
const ALL_MS = 20_000;
const AT_ONCE = 8;
/** Entities of an incident that are asked about, the gravest first. */
const MAX_ENTITIES = 40;
const MAX_HISTORY = 8;

export interface Enriching {
  enricher: Enricher;
  /** Default 3 s. */
  partMs?: number;
}

/** Never throws: an incident without context is an incident all the same. */
export async function enrichIncidents(ids: readonly string[], ports: EnrichPorts, enriching: Enriching): Promise<void> {
  const endMs = ports.clock.nowMs() + ALL_MS;
  let [failed, left] = [0, 0];
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    if (ports.clock.nowMs() >= endMs) {
      left = ids.length - i;
      break;
    }
    const done = await Promise.allSettled(ids.slice(i, i + AT_ONCE).map((id) => enrichOne(id, ports, enriching)));
    failed += done.filter(({ status }) => status === 'rejected').length;
  }
  ports.meter.count({ EnrichmentFailedCount: failed, EnrichmentLeftCount: left });
}

async function enrichOne(id: string, ports: EnrichPorts, enriching: Enriching): Promise<void> {
  const item = await ports.table.get(INCIDENTS_PK, id);
  if (item === undefined) return;
  const head = headFrom(item.data);
  if (head.status !== 'new') return;
  const context = await contextOf(head, ports, enriching);
  const before = await ports.table.get(CONTEXT_PK, id);
  const isSame = before !== undefined && canonicalJson(before.data['parts']) === canonicalJson(context.parts);
  if (!isSame) await ports.table.write([{ put: { pk: CONTEXT_PK, sk: id, data: jsonOf(context) } }]);
}

/** The context of one incident, every part with its own word. */
export async function contextOf(
  head: IncidentHead,
  { table, clock, geo }: EnrichPorts,
  { enricher, partMs = PART_MS }: Enriching,
): Promise<IncidentContext> {
  const entities: Entity[] = head.entities.slice(0, MAX_ENTITIES);
  const look: Record<ContextPart, () => PartContext | Promise<PartContext>> = {
    assets: () => assetFacts(entities, enricher),
    identities: () => identityFacts(entities, enricher),
    network: () => networkFacts(entities, geo),
    indicators: () => indicatorFacts(entities, enricher, head.lastMs),
    history: () => historyOf(head, table),
    vulnerabilities: () => vulnerabilityFacts(entities, enricher),
  };
  const parts = await Promise.all(CONTEXT_PARTS.map(async (name) => [name, await timed(look[name], partMs)] as const));
  return { atMs: clock.nowMs(), parts: Object.fromEntries(parts) as IncidentContext['parts'] };
}

/** The answer, or why there is none. The timer keeps no process alive. */
async function timed(look: () => PartContext | Promise<PartContext>, withinMs: number): Promise<PartContext> {
  const late = new Promise<PartContext>((resolve) => {
    AbortSignal.timeout(withinMs).addEventListener('abort', () =>
      resolve(blind(`no answer within ${withinMs} ms`, `${withinMs} ms 以内に応答なし`)),
    );
  });
  const answer = async (): Promise<PartContext> => look();
  return Promise.race([answer().catch(failure), late]);
}

function failure(error: unknown): PartContext {
  const why = (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200) ?? '';
  return blind(why, why);
}

/** What the entity graph remembers of those who acted: since when they alert, how often, and with how many others. */
async function historyOf({ entities, firstMs, alertIds }: IncidentHead, table: Table): Promise<PartContext> {
  const actors = entities.filter(({ part, type }) => part === 'actor' && type !== 'account').slice(0, MAX_HISTORY);
  const own = new Set(alertIds);
  const facts = await Promise.all(
    actors.map(async ({ type, id, name }): Promise<LocalText[]> => {
      const item = await table.get(nodePk(nodeKey(type, id)), NODE_SK);
      if (item === undefined) return [];
      const { refs, links } = nodeFrom(item.data);
      // Its own signals lie before its first alert: they are no history.
      const earlier = refs.filter(({ a, l }) => l < firstMs && !own.has(a));
      const who = (name ?? id).slice(0, 160);
      if (earlier.length === 0)
        return [
          { en: `${who}: no alert or signal before this incident`, ja: `${who}: このインシデント以前のアラート・シグナルなし` },
        ];
      const since = new Date(Math.min(...earlier.map(({ f }) => f))).toISOString().slice(0, 10);
      return [
        {
          en: `${who}: ${earlier.length} alerts and signals before, since ${since}; met ${links.length} others`,
          ja: `${who}: 以前のアラート・シグナル ${earlier.length} 件(${since} 以降)、関連する対象 ${links.length} 件`,
        },
      ];
    }),
  );
  return found(facts.flat());
}
