/** What is remembered of a feed between runs: how far it came, the window that is open, and what went wrong last. */
import * as z from 'zod';
import type { JsonObject } from '../core/json.ts';
import type { Item, Table } from '../ports/table.ts';

const Open = z.object({
  fromMs: z.number(),
  /** Absent: a stream, which has no end. */
  toMs: z.number().optional(),
  openedMs: z.number(),
  /** The vendor's clock when the window was opened (of a stream: when it was last asked), where it tells one. */
  vendorMs: z.number().optional(),
  /** Pages that were written. */
  page: z.number(),
  token: z.string().optional(),
  /** Addresses of the page that are still to be fetched. */
  queue: z.array(z.string()).optional(),
  /** When the page before was committed: names the day of the next one's object. */
  atMs: z.number(),
});
export type Open = z.output<typeof Open>;

const FeedState = z.object({
  /** Everything up to here was written, epoch ms of the vendor's clock: the next window begins an overlap before it. */
  doneMs: z.number(),
  /** When the window that came so far was opened; 0: not known. */
  readMs: z.number().default(0),
  open: Open.optional(),
  /** Nobody else works on the feed before then. */
  claimedUntilMs: z.number().default(0),
  /** The vendor asked to wait until then. */
  notBeforeMs: z.number().default(0),
  lastRunMs: z.number().default(0),
  /** The end of the last run that came to the end of what there was. */
  caughtUpMs: z.number().default(0),
  /** Records written since the feed is known; records read twice count twice. */
  records: z.number().default(0),
  error: z.object({ atMs: z.number(), what: z.string(), fix: z.string().optional() }).optional(),
});
export type FeedState = z.output<typeof FeedState>;

/** All cursors are in one partition: `collect list` reads them in one query. */
export const CURSORS_PK = 'collect';
export const cursorSk = (connectorName: string, feedId: string): string => `${connectorName}#${feedId}`;

export interface Cursor {
  sk: string;
  /** 0: nothing is stored yet. */
  version: number;
  state: FeedState;
}

export const newState = (doneMs: number): FeedState => FeedState.parse({ doneMs });

/** The stored cursor, or undefined where the feed was never read. */
export async function loadCursor(table: Table, sk: string): Promise<Cursor | undefined> {
  const item = await table.get(CURSORS_PK, sk);
  return item === undefined ? undefined : cursorOf(item);
}

export const loadCursors = async (table: Table): Promise<Cursor[]> => (await table.query(CURSORS_PK)).map(cursorOf);

const cursorOf = ({ sk, version, data }: Item): Cursor => ({ sk, version, state: FeedState.parse(data) });

/** Writes the state over the version that was read; undefined where somebody else wrote in between. */
export async function saveCursor(table: Table, { sk, version }: Cursor, state: FeedState): Promise<Cursor | undefined> {
  const condition = version === 0 ? { absent: true as const } : { version };
  const data: JsonObject = JSON.parse(JSON.stringify(state));
  const written = await table.write([{ put: { pk: CURSORS_PK, sk, data }, condition }]);
  return written ? { sk, version: version + 1, state } : undefined;
}
