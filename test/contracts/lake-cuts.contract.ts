/** What every list of the lake's cuts does, wherever it is kept. */
import { describe, expect, it } from 'vitest';
import type { LakeCuts } from '../../functions/ports/lake-cuts.ts';

export function lakeCutsContract(name: string, create: () => Promise<LakeCuts>): void {
  describe(`the cuts of the lake: ${name}`, () => {
    const commit = (day: number) => ({ cutMs: Date.UTC(2026, 10, day), effectiveMs: Date.UTC(2026, 10, day, 0, 45) });

    it('are none at first', async () => {
      expect(await (await create()).read()).toEqual([]);
    });

    it('are read as they were published, and replaced as a whole', async () => {
      const cuts = await create();
      await cuts.publish([commit(1)]);
      expect(await cuts.read()).toEqual([commit(1)]);
      await cuts.publish([commit(2), commit(3)]);
      expect(await cuts.read()).toEqual([commit(2), commit(3)]);
    });
  });
}
