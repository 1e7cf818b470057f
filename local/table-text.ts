/** Rows → an aligned text table for a terminal, right for Japanese text and safe against control characters in log text. */
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

/** Log text for a terminal: no escape sequences, no control or direction characters, one line. */
export const plain = (value: unknown): string =>
  stripVTControlCharacters(
    typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value),
  ).replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '·');

/** The same for text of our own that has lines, such as a document that a message proposes. */
export const plainLines = (text: string): string => text.split('\n').map(plain).join('\n');

/** Cuts to a display width, by code points. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let out = '';
  for (const character of text) {
    if (stringWidth(out + character) > width - 1) break;
    out += character;
  }
  return `${out}…`;
}

/** @param maxWidth widest cell, in terminal columns */
export function tableText(header: readonly string[], rows: readonly (readonly unknown[])[], maxWidth = 60): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => cut(plain(cell), maxWidth)));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => stringWidth(row[column] ?? ''))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell)))
      .join('  ')
      .trimEnd();
  const [head, ...body] = cells;
  return [line(head ?? []), widths.map((width) => '─'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}

/** Rows → CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets a leading apostrophe. */
export function csvText(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return [header, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n');
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const guarded = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
