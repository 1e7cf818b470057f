/** An approval and its plan → the page that a person reads before deciding: plain HTML, every text escaped, without a script. */
import { html } from 'hono/html';
import type { Approval } from '../core/approval.ts';
import type { Plan } from '../core/plan.ts';
import { planText, printable } from '../core/plan-text.ts';
import type { Locale, LocalText } from '../core/text.ts';

const WORDS = {
  title: { en: 'Approval', ja: '承認' },
  pending: { en: 'waits for an answer', ja: '回答待ち' },
  approved: { en: 'approved', ja: '承認済み' },
  rejected: { en: 'rejected', ja: '却下済み' },
  superseded: { en: 'void: the run asks anew', ja: '無効（実行が改めて承認を求めています）' },
  expired: { en: 'expired: nothing was done', ja: '期限切れ（何も実行されていません）' },
  unanswered: { en: 'Without an answer nothing is done.', ja: '回答がなければ何も実行されません。' },
  hash: { en: 'Plan (SHA-256)', ja: '計画（SHA-256）' },
  votes: { en: 'Answers so far', ja: 'これまでの回答' },
  none: { en: 'none', ja: 'なし' },
  reason: { en: 'Why (recorded)', ja: '理由（記録されます）' },
  approve: { en: 'Approve this plan', ja: 'この計画を承認' },
  reject: { en: 'Reject', ja: '却下' },
  you: { en: 'You are', ja: 'あなた' },
  problem: { en: 'This did not work', ja: '処理できませんでした' },
  back: { en: 'Back to the plan', ja: '計画に戻る' },
} as const satisfies Record<string, LocalText>;

export interface ApprovalView {
  approval: Approval;
  plan: Plan;
  person: string;
  locale: Locale;
  /** The one-time token of the form; undefined where there is nothing to decide. */
  formToken?: string | undefined;
  isOver: boolean;
}

const frame = (locale: Locale, title: string, body: unknown) => html`<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${title}</title></head>
<body>${body}</body>
</html>`;

/** The plan with what it reaches, what stays open, how it is undone, until when, and the form where a decision is still open. */
export function approvalPage({ approval, plan, person, locale, formToken, isOver }: ApprovalView) {
  const word = (key: keyof typeof WORDS): string => WORDS[key][locale];
  const status = approval.status === 'pending' && isOver ? 'expired' : approval.status;
  const votes = approval.votes.map(
    ({ approver, decision, reason, atMs }) =>
      html`<li>${new Date(atMs).toISOString()} ${printable(approver)}: ${decision} (${printable(reason)})</li>`,
  );
  const form = html`<form method="post" action="/approvals/${approval.approvalId}">
<input type="hidden" name="token" value="${formToken ?? ''}">
<input type="hidden" name="planHash" value="${approval.planHash}">
<input type="hidden" name="locale" value="${locale}">
<p><label>${word('reason')}<br><input name="reason" required maxlength="500" size="60" autocomplete="off"></label></p>
<p><button name="decision" value="reject">${word('reject')}</button> <button name="decision" value="approve">${word('approve')}</button></p>
</form>`;
  return frame(
    locale,
    `${word('title')} ${approval.playbook}`,
    html`<p><a href="?locale=en" hreflang="en">English</a> <a href="?locale=ja" hreflang="ja">日本語</a></p>
<h1>${word('title')}: ${approval.playbook}</h1>
<p><strong>${word(status)}</strong> ${approval.status === 'pending' ? word('unanswered') : ''}</p>
<p>${word('hash')}: <code>${approval.planHash}</code></p>
<pre>${planText(plan, locale, { expiresAtMs: approval.expiresAtMs })}</pre>
<h2>${word('votes')}</h2>
${votes.length === 0 ? html`<p>${word('none')}</p>` : html`<ul>${votes}</ul>`}
<p>${word('you')}: ${printable(person)}</p>
${formToken === undefined ? '' : form}`,
  );
}

/** What went wrong, with a way back where there is one. */
export function problemPage(locale: Locale, message: string, approvalId?: string) {
  const back = html`<p><a href="/approvals/${approvalId ?? ''}">${WORDS.back[locale]}</a></p>`;
  return frame(
    locale,
    WORDS.problem[locale],
    html`<h1>${WORDS.problem[locale]}</h1><p>${printable(message)}</p>${approvalId === undefined ? '' : back}`,
  );
}
