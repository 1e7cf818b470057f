/** `yagura triage explain INCIDENT`: how probably it is malicious by the verdicts of people, why, and whether policy would close it. */
import { listIncidents } from '../../functions/core/incident-store.ts';
import type { Locale } from '../../functions/core/text.ts';
import type { Assessment } from '../../functions/core/triage/assess.ts';
import { judgeClosing } from '../../functions/core/triage/close.ts';
import type { CloseDecision } from '../../functions/core/triage/policy.ts';
import { readTriage } from '../../functions/ports/learned.ts';
import { loadEnricher } from '../desk.ts';
import { openState } from '../ports.ts';
import { incidentBy } from '../response.ts';
import { readConfig } from '../settings.ts';
import { plain, tableText } from '../table-text.ts';
import { EXIT, out } from './io.ts';
import { existingState } from './query.ts';

const WORDS = {
  en: {
    header: ['rule', 'P(malicious)', 'at most (95 %)', 'verdicts', 'why'],
    close: 'policy would close it without a person',
    audit: 'policy could close it; it is of the 5 % that a person audits',
    person: 'a person has to look',
    yes: 'yes',
    no: 'NO',
    learned: 'verdicts that count',
  },
  ja: {
    header: ['ルール', '悪性の確率', '上限 (95 %)', '判定数', '理由'],
    close: 'ポリシーにより自動クローズの対象です',
    audit: '自動クローズ可能ですが、5 % の監査対象として人が確認します',
    person: '人による確認が必要です',
    yes: '可',
    no: '否',
    learned: '件の判定から学習',
  },
} as const;

export async function explainCommand(
  id: string,
  { state: dir, locale, json }: { state: string; locale: Locale; json?: boolean },
): Promise<number> {
  existingState(dir);
  const state = await openState(dir);
  try {
    const incident = await incidentBy(id, state, await listIncidents(state.table));
    const enricher = await loadEnricher();
    const triage = await readTriage(state, (alert) => enricher.knownOf(alert.entities, alert.lastMs));
    const { triage: policy } = await readConfig();
    const { assessments, ...decision } = judgeClosing(incident, triage, policy.autoClose);
    if (json === true) out(JSON.stringify({ incidentId: incident.id, assessments, ...decision }));
    else {
      const titles = new Map(incident.timeline.map(({ ruleId, title }) => [ruleId, title]));
      print(assessments, decision, { locale, titles, learned: triage.judged.length });
    }
    return EXIT.ok;
  } finally {
    await state.close();
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function print(
  assessments: readonly Assessment[],
  { what, guards }: CloseDecision,
  { locale, titles, learned }: { locale: Locale; titles: ReadonlyMap<string, string>; learned: number },
): void {
  const words = WORDS[locale];
  const rows = assessments.map(({ ruleId, probability, upper95, verdicts, line }) => [
    ...[titles.get(ruleId) ?? ruleId, percent(probability), percent(upper95), verdicts, line[locale]],
  ]);
  out(tableText(words.header, rows, 160));
  out(`\n${learned} ${words.learned}; ${words[what]}`);
  for (const { passed, says } of guards) out(`  ${passed ? words.yes : words.no}  ${plain(says[locale])}`);
}
