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
  for (let keys = [...seen]; keys.length > 0; ) {
    const items = await readAll(
      table,
      keys.map((key) => ({ pk: nodePk(key), sk: NODE_SK })),
    );
    const next: string[] = [];
    for (const item of items) {
      if (item === undefined) continue;
      const node = nodeFrom(item.data);
      nodes.set(node.key, node);
      for (const key of onward(node)) {
        if (seen.has(key) || seen.size >= MAX_NODES + start.length) continue;
        seen.add(key);
        next.push(key);
      }
    }
    keys = next;
  }
  return nodes;
}

/** Where links lead. A hub leads nowhere, except once: when what it held together has to be taken apart. */
function onward(node: EntityNode): string[] {
  if (isHub(node) && node.cut !== 'pending') return [];
  const isIdle = !node.isStrong && node.cut !== 'pending' && coreAnchors(node).size < 2;
  return isIdle ? [] : node.links.map(({ k }) => k);
}

/** The actors that alerted (medium or higher) at a weak entity. */
export const coreAnchors = (node: EntityNode): Set<string> => new Set(node.refs.flatMap(({ r, n }) => (r >= 2 ? [n] : [])));
