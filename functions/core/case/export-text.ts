/** The exported copy of a case → a report in Markdown, English or Japanese, that holds log text as text only. */
import { isJsonObject, type Json, type JsonObject, valueAt } from '../json.ts';
import { safeText } from '../terminal-text.ts';
import type { Locale, LocalText } from '../text.ts';

const WORDS = {
  marking: { en: 'Marking', ja: '取り扱い' },
  status: { en: 'Status', ja: '状態' },
  severity: { en: 'Severity', ja: '深刻度' },
  verdict: { en: 'Verdict', ja: '判定' },
  none: { en: 'none yet', ja: 'なし' },
  times: { en: 'Times (UTC)', ja: '時刻 (UTC)' },
  attacker: { en: 'What the attacker did', ja: '攻撃者の行動' },
  responder: { en: 'What was done', ja: '対応の経過' },
  observables: { en: 'Observables', ja: '観測値' },
  evidence: { en: 'Evidence', ja: '証拠' },
  redacted: { en: 'redacted', ja: '伏せ字' },
} as const satisfies Record<string, LocalText>;

const ENTITIES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };

/** Text of others in Markdown: no markup, no HTML, no link, one line. */
export const markdownText = (text: string, maxChars = 1000): string =>
  safeText(text.replace(/\s*\r?\n\s*/g, ' '), maxChars)
    .replace(/[\\`*_[\]|~<>&]/g, (character) => ENTITIES[character] ?? `\\${character}`)
    // A bare address would become a link that somebody clicks.
    .replaceAll('://', ':\\/\\/')
    .replace(/\bwww\./gi, 'www\\.');

const text = (root: Json, path: string): string => {
  const value = valueAt(root, path);
  return typeof value === 'string' ? markdownText(value) : typeof value === 'number' ? String(value) : '';
};
const list = (root: JsonObject, key: string): JsonObject[] => {
  const value = root[key];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
};

export function exportText(document: JsonObject, locale: Locale): string {
  const say = (words: LocalText): string => words[locale];
  const line = (item: JsonObject, shown: () => string): string =>
    item['redacted'] === undefined ? `- ${shown()}` : `- [${say(WORDS.redacted)}: ${text(item, 'redacted')}]`;
  const section = (title: LocalText, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', `## ${say(title)}`, '', ...lines];
  const times = isJsonObject(document['times']) ? Object.entries(document['times']) : [];
  const verdict = valueAt(document, 'verdict');
  return [
    `# ${text(document, 'id')}: ${text(document, `title.${locale}`)}`,
    '',
    `- ${say(WORDS.marking)}: TLP:${text(document, 'tlp')} PAP:${text(document, 'pap')} → ${text(document, 'recipient')} (TLP:${text(document, 'clearance')})`,
    `- ${say(WORDS.status)}: ${text(document, 'status')} (${text(document, 'phase')})`,
    `- ${say(WORDS.severity)}: ${text(document, 'severity')}, ${text(document, 'priority')}`,
    `- ${say(WORDS.verdict)}: ${
      isJsonObject(verdict)
        ? `${text(verdict, 'verdict')}, ${text(verdict, 'impact')}, ${text(verdict, 'root_cause')}: ${text(verdict, 'reason')}`
        : say(WORDS.none)
    }`,
    ...section(
      WORDS.times,
      times.flatMap(([name, at]) => (typeof at === 'string' ? [`- ${markdownText(name)}: ${markdownText(at)}`] : [])),
    ),
    ...section(
      WORDS.attacker,
      list(document, 'attacker_timeline').map((item) => line(item, () => `${text(item, 'at')} ${text(item, 'text')}`)),
    ),
    ...section(
      WORDS.responder,
      list(document, 'responder_timeline').map((item) =>
        line(item, () => `${text(item, 'at')} ${text(item, 'who')}: ${text(item, `text.${locale}`)}`),
      ),
    ),
    ...section(
      WORDS.observables,
      list(document, 'observables').map((item) =>
        line(item, () => `${text(item, 'type')} ${text(item, 'value')} ${text(item, 'note')}`),
      ),
    ),
    ...section(
      WORDS.evidence,
      list(document, 'evidence').map((item) =>
        line(item, () => `${text(item, 'name')} SHA-256 ${text(item, 'sha256')} ${text(item, 'note')}`),
      ),
    ),
    '',
  ].join('\n');
}
