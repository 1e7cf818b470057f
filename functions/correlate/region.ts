/** Turns the entities that a batch touched into everything that could change with them: the closure over links that can hold alerts. */
import type { Table } from '../ports/table.ts';
import { type EntityNode, isHub, NODE_SK, nodeFrom, nodePk } from './node.ts';
import { readAll } from './upsert.ts';

/** A guard, far above what hub damping leaves over: beyond it links are not followed any further. */
const MAX_NODES = 4000;

/** Reads the nodes of these keys and of all that they may link to. */
export async function loadRegion(table: Table, start: readonly string[]): Promise<Map<string, EntityNode>> {
  const nodes = new Map<string, EntityNode>();
  const seen = new Set(start);
  const unseen = (keys: Iterable<string>): string[] => {
    const fresh = [...new Set(keys)].filter((key) => !seen.has(key)).slice(0, Math.max(0, MAX_NODES + start.length - seen.size));
    for (const key of fresh) seen.add(key);
    return fresh;
  };
  for (let keys = [...seen]; keys.length > 0; ) {
    const items = await readAll(
      table,
      keys.map((key) => ({ pk: nodePk(key), sk: NODE_SK })),
    );
    const read = items.flatMap((item) => (item === undefined ? [] : [nodeFrom(item.data)]));
    for (const node of read) nodes.set(node.key, node);
    keys = unseen(read.flatMap(onward));
    if (keys.length === 0) keys = unseen(hubNeighbours(nodes));
  }
  return nodes;
}

/** Where links lead. A hub leads nowhere, except once: when what it held together has to be taken apart. */
function onward(node: EntityNode): string[] {
  if (isHub(node) && node.cut !== 'pending') return [];
  const isIdle = !node.isStrong && node.cut !== 'pending' && coreAnchors(node).size < 2;
  return isIdle ? [] : [...node.links.map(({ k }) => k), ...node.refs.flatMap(({ r, k }) => (r >= 2 ? k : []))];
}

/** A hub joins alerts of one rule: for each rule that the region sees at a hub, the other alerts of that rule are needed whole. */
function hubNeighbours(nodes: ReadonlyMap<string, EntityNode>): string[] {
  return [...nodes.values()]
    .filter((node) => node.isStrong && isHub(node))
    .flatMap((node) => {
      const cores = node.refs.filter(({ r, p }) => r >= 2 && p === 'actor');
      const rules = new Set(cores.filter(({ k }) => k.every((key) => nodes.has(key))).map(({ u }) => u));
      return cores.filter(({ u }) => rules.has(u)).flatMap(({ k }) => k);
    });
}

/** The actors that alerted (medium or higher) at a weak entity; at a repository also those that were issued a session by it. */
export const coreAnchors = ({ type, refs }: EntityNode): Set<string> =>
  new Set(refs.flatMap(({ r, n, k }) => (r >= 2 || (type === 'repository' && k.length > 0) ? [n] : [])));
