/** One item of the table → the right to maintain the lake alone, for a time. */
import type { Clock } from '../ports/clock.ts';
import type { Table } from '../ports/table.ts';

const PK = 'maintain';
const SK = 'lease';

export interface Lease {
  release(): Promise<void>;
}

/** Undefined where another run has it. It ends by itself when its holder must be dead. */
export async function takeLease({ table, clock }: { table: Table; clock: Clock }, leaseMs: number): Promise<Lease | undefined> {
  if (leaseMs === 0) return { release: async () => undefined };
  const item = await table.get(PK, SK);
  const nowMs = clock.nowMs();
  if (Number(item?.data['untilMs'] ?? 0) > nowMs) return undefined;
  const put = (untilMs: number) => ({ pk: PK, sk: SK, data: { untilMs } });
  const condition = item === undefined ? ({ absent: true } as const) : { version: item.version };
  if (!(await table.write([{ put: put(nowMs + leaseMs), condition }]))) return undefined;
  const version = (item?.version ?? 0) + 1;
  return {
    release: async () => {
      await table.write([{ put: put(0), condition: { version } }]);
    },
  };
}
