/** Patterns with `*` for any text → whether a text is of them. Goes back to the last `*` alone: hostile patterns and names cost no more than both lengths. */

/** @param one a sign that stands for any single character, as `?` does in IAM; default: none does */
export function wildcardMatches(pattern: string, text: string, one?: string): boolean {
  let [at, inPattern, star, resumed] = [0, 0, -1, 0];
  while (at < text.length) {
    const sign = pattern[inPattern];
    if (sign === '*') {
      star = inPattern++;
      resumed = at;
    } else if (sign !== undefined && (sign === text[at] || sign === one)) {
      at++;
      inPattern++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++resumed;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern++;
  return inPattern === pattern.length;
}
