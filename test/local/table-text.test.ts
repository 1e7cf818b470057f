import { describe, expect, it } from 'vitest';
import { csvText, cut, plain, tableText } from '../../local/table-text.ts';

describe('text for a terminal', () => {
  it('shows log text without letting it steer the terminal', () => {
    expect(plain('a\u001b[31mred\u001b[0m\u0007\u202eevil\nline')).toBe('ared··evil·line');
  });

  it('aligns columns by display width, Japanese too', () => {
    const lines = tableText(
      ['名前', 'n'],
      [
        ['櫓', 1],
        ['watchtower', 22],
      ],
    ).split('\n');
    expect(lines).toEqual(['名前        n', '──────────  ──', '櫓          1', 'watchtower  22']);
  });

  it('cuts between code points, never through one', () => {
    expect(cut('櫓櫓櫓櫓', 5)).toBe('櫓櫓…');
    expect(cut('a😀😀😀', 4)).toBe('a😀…');
    expect(cut('short', 10)).toBe('short');
  });
});

describe('CSV', () => {
  it('quotes what needs it and keeps numbers bare', () => {
    expect(
      csvText(
        ['a', 'b'],
        [
          ['x,"y"', 1],
          [null, true],
        ],
      ),
    ).toBe('a,b\r\n"x,""y""",1\r\n,true');
  });

  it('lets no cell be a formula', () => {
    for (const evil of ['=1+1', '+1', '-1+2', '@SUM(A1)', '\t=1', '\r=1']) {
      const cell = csvText(['a'], [[evil]])
        .split('\r\n')
        .slice(1)
        .join('\r\n');
      expect(cell.replace(/^"/, '').startsWith("'")).toBe(true);
    }
  });

  it('writes lists and objects as JSON', () => {
    expect(csvText(['a'], [[['T1098', 'T1078']]])).toBe('a\r\n"[""T1098"",""T1078""]"');
  });
});
