/** When each source last sent something: one small item a source, so that silence can be told from nothing happening. */
import * as z from 'zod';

export const SOURCE_ARRIVALS_PK = 'source-arrivals';
const arrivalSchema = z.object({ lastMs: z.number() });

export interface SourceArrival {
  source: string;
  /** The clock's time when its last record came in. */
  lastMs: number;
}

/** The item of a source as the table keeps it. */
export const arrivalItem = ({ source, lastMs }: SourceArrival) => ({ pk: SOURCE_ARRIVALS_PK, sk: source, data: { lastMs } });

/** Stored items → arrivals; what is none is left out. */
export const arrivalsOf = (items: readonly { sk: string; data: unknown }[]): SourceArrival[] =>
  items.flatMap(({ sk, data }) => {
    const parsed = arrivalSchema.safeParse(data);
    return parsed.success ? [{ source: sk, lastMs: parsed.data.lastMs }] : [];
  });
