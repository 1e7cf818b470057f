/** Requests of a person in this minute → whether one more is taken. */
import type { Table } from '../ports/table.ts';
import { Refusal } from './answer.ts';

const MINUTE_MS = 60_000;

/** Counts one. Where two count at once one of them is not counted: this holds back floods, it is no bill. @throws Refusal 429 */
export async function takeTurn(
  person: string,
  perMinute: number,
  { table, nowMs }: { table: Table; nowMs: number },
): Promise<void> {
  const minute = Math.floor(nowMs / MINUTE_MS);
  const pk = `api-rate#${person}`;
  const item = await table.get(pk, 'minute');
  const count = item?.data['minute'] === minute ? Number(item.data['count']) : 0;
  if (count >= perMinute) {
    const retryAfterSec = Math.ceil(((minute + 1) * MINUTE_MS - nowMs) / 1000);
    throw new Refusal(429, `More than ${perMinute} requests a minute`, { retryAfterSec });
  }
  const put = { pk, sk: 'minute', data: { minute, count: count + 1 }, expiresAtSec: (minute + 10) * 60 };
  await table.write([{ put, condition: item === undefined ? { absent: true } : { version: item.version } }]);
}
