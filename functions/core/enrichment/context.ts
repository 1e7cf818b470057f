/** What is known of an incident's entities, part by part: found, nothing found, or could not look, which is never the same. */
import * as z from 'zod';
import type { LocalText } from '../text.ts';

export const CONTEXT_PARTS = ['assets', 'identities', 'network', 'indicators', 'history', 'vulnerabilities'] as const;
export type ContextPart = (typeof CONTEXT_PARTS)[number];

const text = z.object({ en: z.string(), ja: z.string() });
const partSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('found'), facts: z.array(text).min(1) }),
  /** Somebody looked, and there is nothing. */
  z.object({ state: z.literal('nothing') }),
  /** Nobody knows: no such list, too slow, broken. */
  z.object({ state: z.literal('could_not_look'), why: text }),
]);
export type PartContext = z.infer<typeof partSchema>;

export const incidentContextSchema = z.object({
  /** When it was looked up, epoch ms. */
  atMs: z.number(),
  parts: z.record(z.enum(CONTEXT_PARTS), partSchema),
});
export type IncidentContext = z.infer<typeof incidentContextSchema>;

export const CONTEXT_PK = 'incident-context';

export const PART_WORDS: Readonly<Record<ContextPart, LocalText>> = {
  assets: { en: 'assets', ja: '資産' },
  identities: { en: 'identities', ja: 'ID' },
  network: { en: 'network', ja: 'ネットワーク' },
  indicators: { en: 'indicators', ja: '脅威指標' },
  history: { en: 'history', ja: '履歴' },
  vulnerabilities: { en: 'vulnerabilities', ja: '脆弱性' },
};

const NOTHING: LocalText = { en: 'nothing found', ja: '該当なし' };
const BLIND: LocalText = { en: 'could not look', ja: '確認できず' };

/** One line for each fact; a part without any still has its line. */
export function contextLines({ parts }: IncidentContext): LocalText[] {
  return CONTEXT_PARTS.flatMap((name) => {
    const part = parts[name];
    const of = PART_WORDS[name];
    const line = (said: LocalText): LocalText => ({ en: `${of.en}: ${said.en}`, ja: `${of.ja}: ${said.ja}` });
    if (part.state === 'found') return part.facts.map(line);
    if (part.state === 'nothing') return [line(NOTHING)];
    return [line({ en: `${BLIND.en}: ${part.why.en}`, ja: `${BLIND.ja}: ${part.why.ja}` })];
  });
}
