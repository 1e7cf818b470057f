/** Turns the tenant's own domains into a model of what its names look like: how likely each character is after the two before it. */

/** Characters of host names, and both ends. */
const ALPHABET = 39;
const ENDS = '^^';

export interface TrigramModel {
  /** Mean natural logarithm of the probability of a label's characters. */
  likelihood(label: string): number;
  /** Labels that it was trained on. */
  trained: number;
}

/** Trained with Laplace's smoothing: what was never seen is unlikely, not impossible. */
export function trigramModel(labels: Iterable<string>): TrigramModel {
  const pairs = new Map<string, number>();
  const triples = new Map<string, number>();
  let trained = 0;
  for (const label of labels) {
    trained += 1;
    const text = `${ENDS}${label}$`;
    for (let i = 0; i + 2 < text.length; i++) {
      const [pair, triple] = [text.slice(i, i + 2), text.slice(i, i + 3)];
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
      triples.set(triple, (triples.get(triple) ?? 0) + 1);
    }
  }
  return {
    trained,
    likelihood: (label) => {
      const text = `${ENDS}${label}$`;
      let total = 0;
      for (let i = 0; i + 2 < text.length; i++)
        total += Math.log(((triples.get(text.slice(i, i + 3)) ?? 0) + 1) / ((pairs.get(text.slice(i, i + 2)) ?? 0) + ALPHABET));
      return total / (text.length - 2);
    },
  };
}
