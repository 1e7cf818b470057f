/** Turns the documents of a rule file into whole rules: `action: global` is merged into those that follow it. */
import type { Problem } from '../error.ts';
import { entryOf, type MapTree, type Tree } from './yaml-tree.ts';

const ACTIONS = ['global', 'reset', 'repeat'];

/**
 * Rule documents in order. `global` holds what all later documents share, `reset` forgets it, `repeat` is the previous document
 * with changes. @see Sigma specification 1.0, "Rule Collections"
 */
export function mergeDocuments(trees: readonly (Tree | undefined)[], file: string): { maps: MapTree[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const maps: MapTree[] = [];
  let shared: MapTree | undefined;
  let previous: MapTree | undefined;
  for (const tree of trees) {
    if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) continue;
    if (tree.kind !== 'map') {
      problems.push({
        at: tree.at,
        what: `A Sigma document is a map, not a ${tree.kind}`,
        allowed: 'title, logsource, detection, …',
      });
      continue;
    }
    const action = entryOf(tree, 'action');
    const word = action?.value.kind === 'scalar' ? String(action.value.value) : '';
    const body: MapTree = { ...tree, entries: tree.entries.filter((entry) => entry !== action) };
    if (action && !ACTIONS.includes(word)) {
      problems.push({ at: action.at, what: `Unknown action "${word}"`, allowed: ACTIONS.join(', ') });
    } else if (word === 'global') shared = shared ? merge(shared, body) : body;
    else if (word === 'reset') {
      shared = undefined;
      previous = undefined;
    } else if (word === 'repeat' && !previous) {
      problems.push({
        at: action?.at ?? tree.at,
        what: 'There is no document before this one to repeat',
        fix: 'put the rule first, or remove "action".',
      });
    } else {
      const base = word === 'repeat' ? previous : shared;
      previous = base ? { ...merge(base, body), at: body.at } : body;
      maps.push(previous);
    }
  }
  if (shared && maps.length === 0 && problems.length === 0) {
    problems.push({
      at: shared.at ?? `${file}:1:1`,
      what: 'The global document is followed by no rule',
      fix: 'add a document after "---".',
    });
  }
  return { maps, problems };
}

/** The second map over the first; maps inside merge, everything else is replaced. */
function merge(base: MapTree, over: MapTree): MapTree {
  const entries = base.entries.map((entry) => {
    const other = entryOf(over, entry.key);
    if (!other) return entry;
    return entry.value.kind === 'map' && other.value.kind === 'map'
      ? { ...other, value: merge(entry.value, other.value) }
      : other;
  });
  return { ...over, entries: [...entries, ...over.entries.filter((entry) => !entryOf(base, entry.key))] };
}
