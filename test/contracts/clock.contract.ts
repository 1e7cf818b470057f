/** What every clock and every source of ids promises, as tests that any adapter can be put through. */
import { describe, expect, it } from 'vitest';
import type { Clock, Ids } from '../../functions/ports/clock.ts';

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function clockContract(name: string, clock: Clock): void {
  describe(`clock: ${name}`, () => {
    it('tells whole epoch milliseconds that do not go back', () => {
      const [first, second] = [clock.nowMs(), clock.nowMs()];
      expect(Number.isInteger(first)).toBe(true);
      expect(second).toBeGreaterThanOrEqual(first);
      // Neither seconds nor microseconds: a moment between 2020 and 2100.
      expect(first).toBeGreaterThan(Date.UTC(2020, 0, 1));
      expect(first).toBeLessThan(Date.UTC(2100, 0, 1));
    });
  });
}

export function idsContract(name: string, ids: Ids): void {
  describe(`ids: ${name}`, () => {
    it('makes version 4 UUIDs, each once', () => {
      const made = Array.from({ length: 500 }, () => ids.uuid());
      expect(new Set(made).size).toBe(made.length);
      for (const uuid of made) expect(uuid).toMatch(UUID_V4);
    });

    it('makes tokens of the asked entropy that can stand in a command, each once', () => {
      for (const bytes of [6, 16, 32]) {
        const made = Array.from({ length: 200 }, () => ids.token(bytes));
        expect(new Set(made).size).toBe(made.length);
        for (const token of made) expect(token).toMatch(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
      }
    });
  });
}
