/** The states of one scope → which can be reached, whether any of them ends, and which variables may exist on entry. */
import { isJsonObject, type Json, type JsonObject } from '../../functions/core/json.ts';

export interface Edge {
  from: string;
  to: string;
  /** Variables that going this way assigns. */
  assigns: string[];
}

export type States = ReadonlyMap<string, JsonObject>;

const names = (assign: Json | undefined): string[] => (isJsonObject(assign) ? Object.keys(assign) : []);
const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);

/** States of a scope as written; anything that is no object is left to the parser. */
export function statesOf(scope: Json | undefined): States {
  const states = isJsonObject(scope) ? scope['States'] : undefined;
  const entries = isJsonObject(states) ? Object.entries(states) : [];
  return new Map(entries.flatMap(([name, state]): [string, JsonObject][] => (isJsonObject(state) ? [[name, state]] : [])));
}

function edgesOf(states: States): Edge[] {
  const edges: Edge[] = [];
  for (const [from, state] of states) {
    const own = names(state['Assign']);
    for (const to of [state['Next'], state['Default']]) if (typeof to === 'string') edges.push({ from, to, assigns: own });
    for (const branch of [...list(state['Choices']), ...list(state['Catch'])]) {
      const to = branch['Next'];
      if (typeof to === 'string') edges.push({ from, to, assigns: names(branch['Assign']) });
    }
  }
  return edges;
}

/** Names of the states that StartAt leads to. */
export function reachable(states: States, startAt: Json | undefined): Set<string> {
  const edges = edgesOf(states);
  const seen = new Set<string>();
  const open = typeof startAt === 'string' && states.has(startAt) ? [startAt] : [];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const { from, to } of edges) if (from === name && states.has(to)) open.push(to);
  }
  return seen;
}

export const ends = (state: JsonObject): boolean =>
  state['End'] === true || state['Type'] === 'Succeed' || state['Type'] === 'Fail';

/** By state: every variable that some path to it may have assigned, and those of the scopes around. */
export function variablesOnEntry(states: States, outer: ReadonlySet<string>): Map<string, Set<string>> {
  const edges = edgesOf(states);
  const known = new Map([...states.keys()].map((name) => [name, new Set(outer)]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const { from, to, assigns } of edges) {
      const target = known.get(to);
      if (target === undefined) continue;
      const before = target.size;
      for (const variable of [...(known.get(from) ?? []), ...assigns]) target.add(variable);
      changed ||= target.size > before;
    }
  }
  return known;
}
