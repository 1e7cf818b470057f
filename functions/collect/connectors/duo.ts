/** Duo: authentication logs (v2, with an offset) and administrator logs (v1, from a time on), oldest first. */
import { valueAt } from '../../core/json.ts';
import { duoQuery, duoSignature } from '../auth/duo-signature.ts';
import type { Connector } from '../connector.ts';
import { hostOption } from './option.ts';

const PAGE = 1000;
/** Duo says that the newest two minutes are not whole. */
const SETTLE_MS = 120_000;
const seconds = (ms: number): string => String(Math.floor(ms / 1000));

export const duo: Connector = {
  id: 'duo',
  title: 'Duo',
  options: { host: hostOption('api-0a1b2c3d.duosecurity.com') },
  secret: 'the JSON {"integrationKey": "DI…", "secretKey": "…"} of an Admin API application',
  needs: 'the permission Grant read log of the Admin API application',
  overlapMin: 15,
  auth: duoSignature,
  hosts: ({ host = '' }) => [host],
  feeds: ({ host = '' }) => [
    {
      id: 'authentication',
      kind: 'window',
      ascending: true,
      records: 'response.authlogs',
      time: 'timestamp',
      settleMs: SETTLE_MS,
      request: ({ fromMs, toMs, token }) => ({
        method: 'GET',
        url: `https://${host}/admin/v2/logs/authentication?${duoQuery({
          mintime: String(fromMs),
          maxtime: String(toMs),
          limit: String(PAGE),
          sort: 'ts:asc',
          ...(token === undefined ? {} : { next_offset: token }),
        })}`,
      }),
      next: ({ json }) => {
        const offset = valueAt(json, 'response.metadata.next_offset');
        return Array.isArray(offset) && offset.length > 0 ? offset.join(',') : undefined;
      },
      maxAgeMs: 180 * 86_400_000,
    },
    {
      id: 'administrator',
      kind: 'window',
      ascending: true,
      records: 'response',
      time: 'timestamp',
      settleMs: SETTLE_MS,
      request: ({ fromMs, token }) => ({
        method: 'GET',
        url: `https://${host}/admin/v1/logs/administrator?${duoQuery({ mintime: token ?? seconds(fromMs) })}`,
      }),
      // The request has no end: one window is all that is new.
      maxWindowMs: 400 * 86_400_000,
      // A full page goes on at its newest second, which may hold more; where that is the second it began with, at the next.
      next: ({ count, newestMs }, { fromMs, token }) => {
        if (count < PAGE || newestMs === undefined) return undefined;
        const last = seconds(newestMs);
        return last === (token ?? seconds(fromMs)) ? String(Number(last) + 1) : last;
      },
    },
  ],
  see: 'Duo Admin API: "Authentication Logs", "Administrator Logs", "Authentication"',
};
