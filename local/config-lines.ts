/** The text of a configuration file → the line on which each option of it is written. */
import { type ArrayExpression, type Expression, type Node, type ObjectExpression, type Program, parse } from 'acorn';

/** The line of the option at a path (`notify.channels.0.secret`), or of what holds it; undefined where the file cannot be read so. */
export type LineOf = (path: string) => number | undefined;

/** @param text TypeScript that uses no types of its own: a default export of one object, bare or as the argument of a call */
export function configLines(text: string): LineOf {
  const root = rootOf(text);
  return (path) => {
    if (root === undefined) return undefined;
    let at: Node = root;
    for (const key of path === '' ? [] : path.split('.')) {
      const next = childOf(at, key);
      if (next === undefined) break;
      at = next;
    }
    return at.loc?.start.line;
  };
}

function rootOf(text: string): Node | undefined {
  let program: Program;
  try {
    program = parse(text, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  } catch {
    return undefined;
  }
  const exported = program.body.find((node) => node.type === 'ExportDefaultDeclaration');
  if (exported === undefined) return undefined;
  const { declaration } = exported;
  return declaration.type === 'CallExpression' ? (declaration.arguments[0] ?? declaration) : declaration;
}

/** The property or the entry itself: a property's line is that of its name. */
function childOf(node: Node, key: string): Node | undefined {
  const value = isProperty(node) ? node.value : node;
  if (isObject(value)) return value.properties.find((one) => one.type === 'Property' && !one.computed && nameOf(one.key) === key);
  return isArray(value) ? (value.elements[Number(key)] ?? undefined) : undefined;
}

const isProperty = (node: Node): node is Node & { value: Node } => node.type === 'Property';
const isObject = (node: Node): node is ObjectExpression => node.type === 'ObjectExpression';
const isArray = (node: Node): node is ArrayExpression => node.type === 'ArrayExpression';
const nameOf = (key: Expression | { type: 'PrivateIdentifier' }): string | undefined =>
  key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : undefined;
