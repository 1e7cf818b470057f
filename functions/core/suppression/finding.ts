/** A suppression whose time is over → a finding about ourselves, once a week: what it kept quiet is loud again, and its owner is named. */
import { shortId } from '../digest.ts';
import type { Finding } from '../finding.ts';
import { DAY_MS, isExpired, lastDay, type Suppression } from './suppression.ts';

const WEEK_MS = 7 * DAY_MS;

/** The notices that are due at this time, one for each expired suppression and week. */
export const expiredFindings = (suppressions: readonly Suppression[], nowMs: number): Finding[] =>
  suppressions.filter((suppression) => isExpired(suppression, nowMs)).map((suppression) => expiredFinding(suppression, nowMs));

function expiredFinding(suppression: Suppression, nowMs: number): Finding {
  const { id, path, title, owner, untilMs } = suppression;
  const week = Math.floor((nowMs - untilMs) / WEEK_MS);
  const until = lastDay(suppression);
  return {
    uid: shortId('finding', 'suppression_expired', id, String(untilMs), String(week)),
    ruleId: 'suppression_expired',
    ruleVersion: until,
    title: `A suppression has expired: ${title}`.slice(0, 300),
    level: 'medium',
    attack: [],
    tactics: [],
    source: 'yagura',
    analyticOf: 'yagura',
    eventUids: [`suppression/${id}@${until}:${week}`],
    timeMs: untilMs + week * WEEK_MS,
    entities: [{ type: 'application', id: `yagura:suppression/${id}`, part: 'context', name: title.slice(0, 200) }],
    summary: `${path} held until ${until}; its owner is ${owner}. What it meant alerts again.`.slice(0, 1000),
    dedupKey: `suppression_expired|${id}`,
    dedupWindowMs: DAY_MS,
    nextSteps: {
      en: `Ask ${owner} whether the reason still holds: then renew date and expires in ${path}, else delete the file.`,
      ja: `理由がまだ有効か ${owner} に確認し、有効なら ${path} の date と expires を更新、無効ならファイルを削除してください。`,
    },
  };
}
