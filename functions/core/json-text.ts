/** Turns any JSON value into JSON text, however deep it is nested. */

/** JSON text of a value; `null` for undefined. Never throws: what is nested too deep for the stack is written step by step. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return deepJsonText(value);
  }
}

/** One open list or object: what is still to be written of it. */
interface Frame {
  rest: { key?: string; value: unknown }[];
  close: ']' | '}';
  isFirst: boolean;
}

function frameOf(value: object): Frame {
  if (Array.isArray(value)) return { rest: value.map((item) => ({ value: item })).reverse(), close: ']', isFirst: true };
  return {
    rest: Object.entries(value)
      .map(([key, item]) => ({ key, value: item }))
      .reverse(),
    close: '}',
    isFirst: true,
  };
}

function deepJsonText(root: unknown): string {
  const parts: string[] = [];
  const open: Frame[] = [];
  const write = (value: unknown): void => {
    if (value === null || typeof value !== 'object') {
      parts.push(JSON.stringify(value) ?? 'null');
      return;
    }
    const frame = frameOf(value);
    parts.push(frame.close === ']' ? '[' : '{');
    open.push(frame);
  };
  write(root);
  for (let frame = open.at(-1); frame !== undefined; frame = open.at(-1)) {
    const next = frame.rest.pop();
    if (next === undefined) {
      parts.push(frame.close);
      open.pop();
      continue;
    }
    parts.push(frame.isFirst ? '' : ',', next.key === undefined ? '' : `${JSON.stringify(next.key)}:`);
    frame.isFirst = false;
    write(next.value);
  }
  return parts.join('');
}
