/** Finds who is called upon in a comment: `@alice`, `@tier2`. */
import type { CasePolicy } from './policy.ts';

/** Not inside a word, so that an e-mail address calls nobody. */
const MENTION = /(?<![A-Za-z0-9._%+@-])@([A-Za-z0-9][A-Za-z0-9._+-]{0,63})/g;

const namesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(MENTION)].map(([, name = '']) => name.replace(/[._+-]+$/, ''))),
];

/** The known people and tiers; everybody, where the SOC has declared no people. */
export function mentionsIn(text: string, { people, tiers }: CasePolicy): string[] {
  const known = new Set([...people.map(({ id }) => id), ...tiers]);
  return namesIn(text)
    .filter((name) => people.length === 0 || known.has(name))
    .sort();
}

/** Mentions that call nobody. */
export const strangersIn = (text: string, policy: CasePolicy): string[] => {
  const heard = new Set(mentionsIn(text, policy));
  return namesIn(text).filter((name) => !heard.has(name));
};
