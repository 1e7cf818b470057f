// The page of an approval: what it shows, and the attacks on it, each by its name.
import { describe, expect, it } from 'vitest';
import { approve } from '../../functions/approve/stage.ts';
import type { Member } from '../../functions/core/api/member.ts';
import { answerPage } from '../../functions/decide/page.ts';
import { decide } from '../../functions/decide/stage.ts';
import { issueToken } from '../../local/api-token.ts';
import { pageMember, signIn } from '../../local/page-session.ts';
import { keyDisable, plan, planTask } from '../respond/run.ts';
import { createWorld, NOW_MS, recordingExecutions } from '../respond/world.ts';

const TOKEN = 'AQCEAAAAKgAAAAMAAAAA-task-token';
const person = (id: string, more: Partial<Member> = {}): Member => ({
  ...{ id, role: 'analyst', clearance: 'AMBER', kind: 'human' },
  ...more,
});
const bob = person('bob');

interface Sending {
  as?: Member | undefined;
  cookie?: string;
  form?: Record<string, string>;
  headers?: Record<string, string>;
  method?: string;
}

async function asked({ needed = 1, reason = 'the key is in use' }: { needed?: 1 | 2; reason?: string } = {}) {
  const world = await createWorld();
  const { runId, planHash } = await plan(world, planTask([keyDisable()], { requester: 'alice', reason }));
  const { approvalId } = await approve({ runId, planHash, taskToken: TOKEN, expiresInSec: 3600 }, world.ports);
  const item = await world.table.get(`APPROVAL#${approvalId}`, 'APPROVAL');
  if (item === undefined) throw new Error('no approval');
  await world.table.write([{ put: { ...item, data: { ...item.data, needed } } }]);
  const { executions, sent } = recordingExecutions([TOKEN]);
  const faults: unknown[] = [];
  let tokens = 0;
  const ids = { uuid: () => 'x', token: () => `form-token-${++tokens}` };
  const send = async (path: string, { cookie, form, headers = {}, method, ...more }: Sending = {}) => {
    const request = new Request(`http://127.0.0.1:8484${path}`, {
      method: method ?? (form === undefined ? 'GET' : 'POST'),
      headers: {
        host: '127.0.0.1:8484',
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(cookie === undefined ? {} : { cookie }),
        ...headers,
      },
      ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
    });
    const caller = 'as' in more ? more.as : bob;
    const answer = await answerPage(request, {
      caller,
      ports: { ...world.ports, ids, executions },
      onFault: (error) => faults.push(error),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const path = `/approvals/${approvalId}`;
  /** The page as a person opens it, and its form as they would send it. */
  const open = async (as: Member = bob) => {
    const page = await send(path, { as });
    const token = /name="token" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    return { page, as, cookie, form: { token, planHash, decision: 'approve', reason: 'seen' } };
  };
  const press = async (as: Member = bob, more: Sending = {}) => {
    const { page: _page, ...opened } = await open(as);
    return await send(path, { ...opened, ...more, form: { ...opened.form, ...more.form } });
  };
  return { world, approvalId, planHash, path, send, open, press, sent, faults, executions };
}

describe('the page of an approval', () => {
  it('shows plan, hash, reach, undo, end and what happens without an answer, in two languages, and takes a decision', async () => {
    const { open, send, press, path, planHash, sent, approvalId } = await asked();
    const { page } = await open();
    expect(page.status).toBe(200);
    for (const shown of [
      planHash,
      'Reach:',
      'Undo:',
      'Stays open:',
      '2026-03-04 10:30 UTC',
      'Without an answer nothing is done.',
    ])
      expect(page.text).toContain(shown);
    expect((await send(`${path}?locale=ja`)).text).toContain('回答がなければ何も実行されません。');
    expect((await send(path, { headers: { 'accept-language': 'ja,en;q=0.5' } })).text).toContain('影響範囲');
    const done = await press();
    expect([done.status, done.headers.get('location')]).toEqual([303, `${path}?locale=en`]);
    expect(sent).toEqual([{ token: TOKEN, output: { approvalId, planHash, decision: 'approve' } }]);
    const after = await send(path);
    expect(after.text).toContain('bob: approve (seen)');
    expect(after.text).not.toContain('<form');
  });

  it('escapes what a requester wrote, and lets no script and no other site into it', async () => {
    const { open } = await asked({ reason: '</pre><script>alert(1)</script><img src=x onerror=alert(1)>' });
    const { page } = await open();
    expect(page.text).toContain('&lt;script&gt;');
    expect(page.text).not.toMatch(/<(script|img|style|link|iframe)|<[^>]*\s(on\w+|style)=/);
    const policy = page.headers.get('content-security-policy') ?? '';
    for (const rule of ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"]) expect(policy).toContain(rule);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    expect(page.text).not.toContain(TOKEN);
  });

  it('prefetch storm: scanners that open every link a hundred times, by GET and HEAD, write nothing and decide nothing', async () => {
    const { world, send, path, open, sent } = await asked();
    const links = [...(await open()).page.text.matchAll(/(?:href|action)="([^"]+)"/g)].map(([, link = '']) =>
      link.startsWith('?') ? path + link : link,
    );
    expect(links.length).toBeGreaterThanOrEqual(3);
    const writes: string[] = [];
    world.probe.before = (name) => void (name === 'table.write' && writes.push(name));
    const urls = [...links, `${path}?decision=approve&reason=x&token=form-token-1`];
    for (let i = 0; i < 100; i++)
      for (const url of urls)
        for (const method of ['GET', 'HEAD'])
          expect((await send(url, { method, cookie: 'yagura_form=form-token-1' })).status).toBe(200);
    expect(writes).toEqual([]);
    expect(sent).toEqual([]);
  });

  it('double submit: of one form that is sent five times at once, one counts', async () => {
    const { open, send, path, sent } = await asked({ needed: 2 });
    const { page: _page, ...opened } = await open();
    const all = await Promise.all(Array.from({ length: 5 }, () => send(path, opened)));
    expect(all.map(({ status }) => status).sort()).toEqual([303, 409, 409, 409, 409]);
    expect(sent).toEqual([]);
  });

  it('replay and redelivery: a form that was sent counts never again, nor does a new form of the same person', async () => {
    const { open, send, press, path, sent, world } = await asked({ needed: 2 });
    const { page: _page, ...opened } = await open();
    expect((await send(path, opened)).status).toBe(303);
    world.clock.at += 600_000;
    const again = await send(path, opened);
    expect([again.status, again.text.includes('was sent already')]).toEqual([409, true]);
    expect((await press()).text).toContain('has voted already');
    expect(sent).toEqual([]);
  });

  it('wrong plan hash: a form with another hash is refused', async () => {
    const { press, sent } = await asked();
    expect((await press(bob, { form: { planHash: 'e'.repeat(64) } })).status).toBe(409);
    expect(sent).toEqual([]);
  });

  it('wrong plan: where the stored plan was altered nothing is shown and nothing is taken', async () => {
    const { world, send, press, path, sent } = await asked();
    const item = await world.table.get('RUN#run-1', 'PLAN');
    await world.table.write([{ put: { pk: 'RUN#run-1', sk: 'PLAN', data: { ...item?.data, reason: 'harmless' } } }]);
    expect((await send(path)).status).toBe(409);
    expect((await press()).status).toBe(409);
    expect(sent).toEqual([]);
  });

  it('expired: the form is gone, and one that was opened before is refused', async () => {
    const { world, open, send, path, sent } = await asked();
    const { page: _page, ...opened } = await open();
    world.clock.at += 3_600_000;
    expect((await send(path)).text).not.toContain('<form');
    expect((await send(path, opened)).status).toBe(410);
    expect(sent).toEqual([]);
  });

  it.each<[string, Sending]>([
    ['without the cookie of the page', { cookie: '' }],
    ['with a cookie of another page', { cookie: 'yagura_form=form-token-99' }],
    ['with an empty token in both', { cookie: 'yagura_form=', form: { token: '' } }],
    ['that says it comes from another site', { headers: { 'sec-fetch-site': 'cross-site' } }],
    ['that says it comes from a neighbouring site', { headers: { 'sec-fetch-site': 'same-site' } }],
    ['with the Origin of another site', { headers: { origin: 'https://evil.example.com' } }],
    ['without an origin that can be named', { headers: { origin: 'null' } }],
    ['as plain text', { headers: { 'content-type': 'text/plain' } }],
  ])('forged request (CSRF): a form %s is refused and leaves its token unused', async (_what, more) => {
    const { world, press, sent } = await asked();
    const writes: string[] = [];
    world.probe.before = (name) => void (name === 'table.write' && writes.push(name));
    expect((await press(bob, more)).status).toBeOneOf([403, 415]);
    expect(writes).toEqual([]);
    expect(sent).toEqual([]);
  });

  it.each<[string, Member | undefined, number]>([
    ['a stranger', undefined, 401],
    ['a viewer', person('vera', { role: 'viewer' }), 403],
    ['a model', person('model', { role: 'lead', kind: 'ai' }), 403],
    ['a person without the clearance', person('gina', { clearance: 'GREEN' }), 404],
  ])('approver without role: %s gets no form, and no form of others helps', async (_who, as, status) => {
    const { open, send, path, sent } = await asked();
    const { page: _page, ...opened } = await open();
    expect((await send(path, { as })).text).not.toContain('<form');
    expect((await send(path, { ...opened, as })).status).toBe(status);
    expect(sent).toEqual([]);
  });

  it('self-approval: who asked cannot be one of two', async () => {
    const { press, sent } = await asked({ needed: 2 });
    expect((await press(person('Alice'))).status).toBe(409);
    expect(sent).toEqual([]);
  });

  it('two persons: one human over two surfaces is one, another human is the second', async () => {
    const { world, press, sent, approvalId, planHash, executions } = await asked({ needed: 2 });
    const order = (approver: string) =>
      decide({ approvalId, planHash, decision: 'approve', approver, reason: 'seen' }, { ...world.ports, executions });
    const arn = (name: string): string => `arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Soc_0a1b/${name}`;
    await order(arn('bob'));
    expect((await press(bob)).text).toContain('has voted already');
    await expect(order(arn('alice'))).rejects.toThrow('cannot be one of them');
    expect(sent).toEqual([]);
    expect((await press(person('carol'))).status).toBe(303);
    expect(sent).toHaveLength(1);
  });

  it.each(['/approvals/AAAAAAAAAAAAAAAAAAAAAA', '/approvals/..%2f..%2fx', '/approvals/', '/other'])(
    'tells nothing of %s',
    async (path) => {
      const { send } = await asked();
      expect((await send(path)).status).toBe(404);
    },
  );

  it('tells a fault to the log and not to the browser', async () => {
    const { world, send, path, faults } = await asked();
    world.probe.before = () => {
      throw new Error('the table is called secret-table');
    };
    const page = await send(path);
    expect([page.status, page.text.includes('secret-table'), faults.length]).toEqual([500, false, 1]);
  });
});

describe('a browser on a laptop', () => {
  const key = Buffer.alloc(32, 7);
  const posting = (session: string) =>
    new Request('http://127.0.0.1:8484/approvals/abc?sign-in=1', { method: 'POST', body: new URLSearchParams({ session }) });

  it('is known by the token that its person pasted, and by no other', async () => {
    const known = { key, nowMs: NOW_MS };
    const signed = await signIn(posting(await issueToken(bob, { ...known, hours: 1 })), known);
    expect([signed?.status, signed?.headers.get('location')]).toEqual([303, '/approvals/abc']);
    const cookie = (signed?.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const page = new Request('http://127.0.0.1:8484/approvals/abc', { headers: { cookie } });
    expect(await pageMember(page, known)).toEqual(bob);
    expect(await pageMember(page, { key, nowMs: NOW_MS + 3_700_000 })).toBeUndefined();
    expect((await signIn(posting(await issueToken(bob, { ...known, key: Buffer.alloc(32, 8), hours: 1 })), known))?.status).toBe(
      401,
    );
  });
});
