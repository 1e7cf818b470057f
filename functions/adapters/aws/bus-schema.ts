/** The shapes of our bus events, checked where they enter a stage: a message that is none of them is no event of ours. */
import * as z from 'zod';
import type { BusEvent, BusEventName } from '../../core/bus-event.ts';
import { ENTITY_TYPES, type Finding, LEVELS, PRODUCT_STATES } from '../../core/finding.ts';
import type { JsonObject } from '../../core/json.ts';
import { riskFactorsSchema } from '../../core/risk-factors.ts';

const texts = z.array(z.string());
const localText = z.object({ en: z.string(), ja: z.string() });

/** Not strict: a newer stage may say more than an older one reads while a deployment is under way. */
const finding: z.ZodType<Finding> = z.object({
  uid: z.string().min(1),
  ruleId: z.string(),
  ruleVersion: z.string(),
  title: z.string(),
  level: z.enum(LEVELS),
  attack: texts,
  tactics: texts,
  source: z.string(),
  analyticOf: z.string(),
  eventUids: texts,
  timeMs: z.number(),
  ingestedAtMs: z.number().exactOptional(),
  entities: z.array(
    z.looseObject({
      type: z.enum(ENTITY_TYPES),
      id: z.string(),
      part: z.enum(['actor', 'target', 'context']),
      name: z.string().exactOptional(),
    }),
  ),
  summary: z.string(),
  dedupKey: z.string(),
  dedupWindowMs: z.number(),
  countedMs: z.number().exactOptional(),
  product: z.object({ uid: z.string(), state: z.enum(PRODUCT_STATES), atMs: z.number() }).exactOptional(),
  suppressedBy: z.string().exactOptional(),
  factors: riskFactorsSchema.exactOptional(),
  nextSteps: localText.exactOptional(),
  staged: z.literal(true).exactOptional(),
});

const named = <Name extends BusEventName, Detail extends z.ZodType>(name: Name, detail: Detail) =>
  z.object({ name: z.literal(name), detail });

const busEvent: z.ZodType<BusEvent> = z.discriminatedUnion('name', [
  named('FindingsRaised', z.object({ findings: z.array(finding) })),
  named(
    'IncidentChanged',
    z.object({ incidentId: z.string().min(1), version: z.int(), isWanted: z.literal(true).exactOptional() }),
  ),
  named('ApprovalAsked', z.object({ approvalId: z.string().min(1), incidentId: z.string() })),
  named(
    'ResponseEnded',
    z.object({
      runId: z.string().min(1),
      incidentId: z.string(),
      outcome: z.enum(['done', 'rejected', 'expired', 'failed', 'undone']),
    }),
  ),
  named('CaseChanged', z.object({ incidentId: z.string().min(1), fromSeq: z.int(), seq: z.int(), kinds: texts })),
]);

/** The event, or undefined where name and detail do not fit together. */
export function checkedBusEvent(raw: { name: string; detail: JsonObject }): BusEvent | undefined {
  const result = busEvent.safeParse(raw);
  return result.success ? result.data : undefined;
}
