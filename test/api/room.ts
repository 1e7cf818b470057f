/** A case that people work on, and the API before it: requests as members of the test's choice. */
import { answerApi } from '../../functions/api/stage.ts';
import type { Member } from '../../functions/core/api/member.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import { room as caseRoom } from '../case/desk.ts';

export const person = (id: string, more: Partial<Member> = {}): Member => ({
  id,
  role: 'analyst',
  clearance: 'AMBER',
  kind: 'human',
  ...more,
});
export const viewer = person('vera', { role: 'viewer' });
export const aiko = person('aiko');
export const lead = person('lena', { role: 'lead', clearance: 'RED' });
export const manager = person('mika', { role: 'manager' });

export interface Reply {
  status: number;
  headers: Headers;
  body: JsonObject;
  text: string;
}

export interface Asking {
  as?: Member | undefined;
  method?: string;
  body?: unknown;
  /** Sent as it is. */
  text?: string;
  headers?: Record<string, string>;
}

let keys = 0;

export async function apiRoom() {
  const room = await caseRoom();
  const faults: unknown[] = [];
  let ids = 0;
  const ports = {
    ...room.ports,
    ids: { uuid: () => `request-${++ids}`, token: () => 'x' },
  };
  const ask = async (
    path: string,
    { method, body, text, headers = {}, ...asking }: Asking = {},
    more: Partial<typeof ports> = {},
  ): Promise<Reply> => {
    const caller = 'as' in asking ? asking.as : aiko;
    const hasBody = body !== undefined || text !== undefined;
    const request = new Request(`http://127.0.0.1${path}`, {
      method: method ?? (hasBody ? 'POST' : 'GET'),
      headers: { ...(hasBody ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(hasBody ? { body: text ?? JSON.stringify(body) } : {}),
    });
    const answer = await answerApi(request, {
      caller,
      ports: { ...ports, ...more },
      content: { policy: room.policy, perMinute: 100 },
      onFault: (error) => faults.push(error),
    });
    const answered = await answer.text();
    return { status: answer.status, headers: answer.headers, text: answered, body: answered === '' ? {} : JSON.parse(answered) };
  };
  /** Does something to a case. `seen`: the seq that the author saw; default whatever it is. */
  const act = (
    body: unknown,
    {
      seen = '*',
      key = `key-${++keys}-abcdef`,
      on = room.id,
      ...more
    }: Asking & { seen?: string; key?: string; on?: string } = {},
  ): Promise<Reply> =>
    ask(`/v1/cases/${on}/operations`, { ...more, body, headers: { 'if-match': seen, 'idempotency-key': key, ...more.headers } });
  return { ...room, ports, ask, act, faults };
}

export const errorOf = ({ body }: Reply): JsonObject => body['error'] as JsonObject;
