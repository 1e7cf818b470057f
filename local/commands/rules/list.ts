/** `yagura rules list`: the detections with level, status and version, and with a state what each can do and did there. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SigmaCorrelation, SigmaRule } from '../../../functions/core/sigma/ast.ts';
import { LOCK_SCHEMA, type RuleLock, versionNumber } from '../../../functions/core/sigma/lock.ts';
import { promotionAdvice } from '../../../functions/core/sigma/staged.ts';
import { loadCorrelations, ROOT } from '../../content.ts';
import { openState } from '../../ports.ts';
import { healthOf, type RuleHealth, stateHealth } from '../../rule-health.ts';
import { type RuleWithCases, rulesWithCases } from '../../rule-set.ts';
import { tableText } from '../../table-text.ts';
import { EXIT, out } from '../io.ts';
import { existingState } from '../query.ts';

export const LOCK_FILE = join(ROOT, 'queries', 'detections.lock.json');

/** The lock as it is on disk; empty where there is none. */
export async function readLock(): Promise<RuleLock> {
  const text = await readFile(LOCK_FILE, 'utf8').catch(() => '{"rules":{}}');
  return LOCK_SCHEMA.parse(JSON.parse(text));
}

export async function listCommand(options: { json?: boolean; state?: string; at?: string }): Promise<number> {
  const { rules } = await rulesWithCases();
  const lock = await readLock();
  const health = options.state === undefined ? undefined : await healthIn(options.state, rules, options.at);
  const correlations = (await loadCorrelations()).correlations;
  const rows = [...rules.map(({ rule }) => rule), ...correlations].map((rule) => {
    const known = health?.get(rule.info.id);
    const advice = known && promotionAdvice(rule.info, known.alerts, known.measuredDays);
    return { rule, version: versionNumber(lock, rule.info.id, rule.info.version), known, advice };
  });
  if (options.json) {
    for (const { rule, version, known, advice } of rows)
      out(
        JSON.stringify({
          ...rule.info,
          kind: rule.kind,
          ...(version === undefined ? {} : { revision: version }),
          ...(known === undefined
            ? {}
            : { readiness: known.readiness, alerts: known.alerts, measuredDays: known.measuredDays, advice }),
        }),
      );
    return EXIT.ok;
  }
  const head = ['level', 'status', 'v', 'rule', 'title', 'ATT&CK', ...(health ? ['readiness', 'alerts', 'a day', 'advice'] : [])];
  out(tableText(head, rows.map(rowOf), 70));
  if (health) out(summaryOf([...health.values()]));
  return EXIT.ok;
}

type Row = {
  rule: SigmaRule | SigmaCorrelation;
  version: number | undefined;
  known: RuleHealth | undefined;
  advice: { advice: string } | undefined;
};

function rowOf({ rule: { info }, version, known, advice }: Row): unknown[] {
  const own = [info.level, info.status, version ?? '–', info.path, info.title, info.attack.join(' ')];
  // A correlation can fire where its rules can: coverage counts it so.
  if (known === undefined) return own;
  const perDay = known.measuredDays > 0 ? (known.alerts / known.measuredDays).toFixed(2) : '–';
  return [...own, known.readiness.state, known.alerts, perDay, advice?.advice ?? ''];
}

function summaryOf(health: readonly RuleHealth[]): string {
  const counts = new Map<string, number>();
  const reasons = new Map<string, number>();
  for (const { readiness } of health) {
    counts.set(readiness.state, (counts.get(readiness.state) ?? 0) + 1);
    if (readiness.state !== 'ready')
      reasons.set(`${readiness.state}: ${readiness.why}`, (reasons.get(`${readiness.state}: ${readiness.why}`) ?? 0) + 1);
  }
  const total = [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
  const stale = counts.has('stale-source') ? ['  stale: `--at last` judges the state as it was when something last arrived'] : [];
  return [
    `\n${health.length} rules: ${total}`,
    ...stale,
    ...[...reasons].map(([reason, count]) => `  ${count} × ${reason}`),
  ].join('\n');
}

async function healthIn(dir: string, rules: readonly RuleWithCases[], at?: string): Promise<Map<string, RuleHealth>> {
  existingState(dir);
  const state = await openState(dir);
  try {
    return new Map(healthOf(rules, await stateHealth(state, rules, at)).map((one) => [one.rule.info.id, one]));
  } finally {
    await state.close();
  }
}
