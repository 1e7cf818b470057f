/** Turns text that attackers may have written into text that a terminal can only show. */

// C0 and C1 controls, DEL, line and paragraph separators; then bidirectional overrides and invisible joiners.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
const DECEIVING = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** Control, bidirectional and invisible characters become visible escapes; a lone surrogate too. Cuts by code point. */
export function safeText(text: string, maxChars = 400): string {
  const shown = text
    .replace(CONTROL, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(DECEIVING, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(/\p{Surrogate}/gu, '\ufffd');
  if (shown.length <= maxChars) return shown;
  const points = Array.from(shown);
  return points.length <= maxChars ? shown : `${points.slice(0, maxChars - 1).join('')}…`;
}
