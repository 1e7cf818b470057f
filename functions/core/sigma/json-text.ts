/** Turns a JSON value into compact JSON text, however deep it nests. */

/** `JSON.stringify`, and where that runs out of stack, the same text without recursion. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return flatText(value);
  }
}

/** Work is a stack of finished text and of values that are still to be written. */
function flatText(root: unknown): string {
  const out: string[] = [];
  const work: ({ text: string } | { value: unknown })[] = [{ value: root }];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if ('text' in next) out.push(next.text);
    else if (next.value === null || typeof next.value !== 'object') out.push(JSON.stringify(next.value) ?? 'null');
    else {
      const list = Array.isArray(next.value);
      const parts = Object.entries(next.value);
      out.push(list ? '[' : '{');
      work.push({ text: list ? ']' : '}' });
      for (let index = parts.length - 1; index >= 0; index--) {
        const [key, value] = parts[index] ?? ['', null];
        work.push({ value });
        const comma = index > 0 ? ',' : '';
        work.push({ text: list ? comma : `${comma}${JSON.stringify(key)}:` });
      }
    }
  }
  return out.join('');
}
