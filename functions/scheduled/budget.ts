/** A spent daily budget → one finding a day that says so: while it is spent, nobody judges what was ingested by schedule. */
import { shortId } from '../core/digest.ts';
import type { Finding } from '../core/finding.ts';
import { usdText } from '../core/prices.ts';
import { type DailyBudget, ledgerDay, ledgerOf } from '../ports/query-ledger.ts';
import { raiseFindings } from '../ports/raise-findings.ts';
import type { ScheduledPorts } from './task.ts';

const DAY_MS = 86_400_000;
const DEAREST = 5;

export async function raiseBudgetFinding(
  ports: ScheduledPorts,
  budget: DailyBudget,
  { nowMs, held }: { nowMs: number; held: readonly string[] },
): Promise<void> {
  const day = ledgerDay(nowMs);
  const dearest = (await ledgerOf(ports.table, day))
    .slice(0, DEAREST)
    .map(({ asker, id, costUsd }) => `${asker}/${id} ${usdText(costUsd)}`);
  const uid = shortId('finding', 'query_budget', day);
  const finding: Finding = {
    ...{
      uid,
      ruleId: 'query_budget',
      ruleVersion: '1',
      level: 'high',
      attack: [],
      tactics: [],
      source: 'yagura',
      analyticOf: 'yagura',
    },
    title: 'The daily budget of queries is spent: scheduled detections have stopped',
    eventUids: [`query_budget:${day}`],
    timeMs: Math.floor(nowMs / DAY_MS) * DAY_MS,
    entities: [{ type: 'application', id: 'yagura:scheduled', part: 'context', name: 'Scheduled detections' }],
    summary:
      `${usdText(budget.costUsd)} of ${usdText(budget.dailyUsd)} are spent today; ${held.length} queries wait for tomorrow (UTC). Dearest: ${dearest.join(', ')}`.slice(
        0,
        1000,
      ),
    dedupKey: `query_budget|${day}`,
    dedupWindowMs: DAY_MS,
    nextSteps: {
      en: 'See who spent it: `yagura cost --spent`. Raise cost.dailyQueryUsd in soc.config.ts, or lower budgetBytes of the dearest query. Missed windows are caught up tomorrow.',
      ja: '`yagura cost --spent` で内訳を確認してください。soc.config.ts の cost.dailyQueryUsd を上げるか、高額なクエリの budgetBytes を下げてください。実行されなかった期間は翌日に処理されます。',
    },
  };
  await raiseFindings([{ finding, pk: `raised#${uid}`, digest: day, keepSec: 2 * 86_400 }], ports);
}
