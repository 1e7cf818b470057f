/** `yagura person find|delete`: a person's request for deletion, as a report of what speaks of them, and the lake without what may go. */
import type { Locale, LocalText } from '../../functions/core/text.ts';
import { forgetPerson, type PersonReport } from '../person.ts';
import { openState } from '../ports.ts';
import { tableText } from '../table-text.ts';
import { EXIT, out } from './io.ts';
import { existingState } from './query.ts';

interface Options {
  id: readonly string[];
  state: string;
  apply?: boolean;
  json?: boolean;
  locale: Locale;
}

const ROWS: readonly (readonly [keyof PersonReport, LocalText, LocalText])[] = [
  ['deletable', { en: 'events of the lake', ja: 'レイクのイベント' }, { en: 'may go', ja: '削除できます' }],
  [
    'rollupLines',
    { en: 'lines of the daily rollup', ja: '日次集計の行' },
    { en: 'go with them', ja: 'イベントとともに削除されます' },
  ],
  [
    'held',
    { en: 'events that incidents rest on, records of the SOC', ja: 'インシデントの根拠、SOC の記録' },
    { en: 'held: evidence', ja: '保全: 証拠' },
  ],
  [
    'cases',
    { en: 'cases', ja: 'ケース' },
    { en: 'held: chained by hashes, they end whole by retention', ja: '保全: ハッシュ連鎖のため、保存期間の終了時に全体を削除' },
  ],
  [
    'rawObjects',
    { en: 'originals in the raw archive', ja: '原本アーカイブのオブジェクト' },
    { en: 'locked: they end by retention (retentionDays.raw)', ja: 'ロック中: 保存期間（retentionDays.raw）で削除' },
  ],
  [
    'quarantined',
    { en: 'records in quarantine', ja: '隔離されたレコード' },
    { en: 'end by retention (retentionDays.quarantine)', ja: '保存期間（retentionDays.quarantine）で削除' },
  ],
];

export async function personCommand({ id: ids, state: dir, apply = false, json, locale }: Options): Promise<number> {
  existingState(dir);
  const state = await openState(dir, { write: apply });
  try {
    const report = await forgetPerson(state, ids, { apply });
    out(json ? JSON.stringify({ applied: apply, ...report }) : told(report, apply, locale));
    return EXIT.ok;
  } finally {
    await state.close();
  }
}

function told(report: PersonReport, applied: boolean, locale: Locale): string {
  const count = (value: PersonReport[keyof PersonReport]): number => (Array.isArray(value) ? value.length : value);
  const rows = ROWS.map(([key, what, fate]) => [count(report[key]), what[locale], fate[locale]]);
  const held = report.heldBy.filter((by) => by !== 'yagura');
  const en = locale === 'en';
  const heldText = held.length === 0 ? '' : `${en ? '\nHeld by: ' : '\n保全元: '}${held.join(', ')}`;
  const end = applied
    ? en
      ? `\n${report.files} files were written anew; each reads back as before but for what went.`
      : `\n${report.files} 個のファイルを書き直しました。削除分以外は元のままです。`
    : en
      ? '\nNothing was changed. To take out what may go: yagura person delete --apply with the same --id'
      : '\n何も変更していません。削除するには同じ --id で yagura person delete --apply を実行します。';
  return `${tableText([en ? 'count' : '件数', en ? 'what' : '対象', en ? 'what becomes of it' : '扱い'], rows)}${heldText}${end}`;
}
