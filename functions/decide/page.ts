/** Requests of a person's browser → the page of an approval, or their decision: GET and HEAD change nothing, POST decides with the one-time token of a form. */
import { timingSafeEqual } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import { secureHeaders } from 'hono/secure-headers';
import { type Member, mayAs } from '../core/api/member.ts';
import { APPROVAL_SK, Approval, ApprovalId, approvalPk } from '../core/approval.ts';
import { mayRead } from '../core/case/marking.ts';
import { sha256 } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import { DEFAULT_TLP } from '../core/notify/system-notice.ts';
import { isSealed, Plan } from '../core/plan.ts';
import { PLAN_SK, runPk } from '../core/response-run.ts';
import type { Locale } from '../core/text.ts';
import { readCase } from '../ports/case-store.ts';
import type { Ids } from '../ports/clock.ts';
import { approvalPage, problemPage } from './page-text.ts';
import { type DecidePorts, decide } from './stage.ts';

export interface PagePorts extends DecidePorts {
  ids: Ids;
}

export interface PageAsking {
  /** Told by whoever authenticated the request, never by the request. */
  caller: Member | undefined;
  ports: PagePorts;
  onFault?: (error: unknown, requestId: string) => void;
}

const FORM_COOKIE = 'yagura_form';
/** How long a page may lie open before its form must be fetched again. */
const FORM_SEC = 900;
const MAX_BODY_BYTES = 8192;
/** A decision that is refused at the door, before anything is looked at. */
class Refused extends Error {
  readonly status: 401 | 403 | 404 | 409 | 413 | 415;
  constructor(status: Refused['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** One request → one page. Never throws. Paths: `/approvals/<id>`. */
export async function answerPage(request: Request, { caller, ports, onFault }: PageAsking): Promise<Response> {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], formAction: ["'self'"], baseUri: ["'none'"], frameAncestors: ["'none'"] },
      referrerPolicy: 'same-origin',
      xFrameOptions: 'DENY',
    }),
  );
  app.use(async (context, next) => {
    context.header('cache-control', 'no-store');
    await next();
  });
  app.onError((error, context) => {
    context.header('cache-control', 'no-store');
    const { status, message } = told(error);
    if (status === 500) onFault?.(error, '');
    const id = new URL(context.req.url).pathname.split('/').at(-1) ?? '';
    const isKnown = status !== 401 && status !== 404 && ApprovalId.safeParse(id).success;
    return context.html(problemPage(localeOf(context), message, isKnown ? id : undefined), status as 400);
  });
  app.notFound((context) => context.html(problemPage(localeOf(context), 'There is no such page'), 404));
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => Promise.reject(new Refused(413, 'The form is too large')) }));
  app.get('/approvals/:id', (context) => show(context, { caller, ports }));
  app.post('/approvals/:id', (context) => take(context, { caller, ports }));
  return await app.fetch(request);
}

type Asked = Pick<PageAsking, 'caller' | 'ports'>;

async function show(context: Context, { caller, ports }: Asked): Promise<Response> {
  const member = known(caller);
  const { approval, plan } = await readable(context.req.param('id') ?? '', member, ports);
  const isOver = ports.clock.nowMs() >= approval.expiresAtMs;
  const locale = localeOf(context);
  const isOpen = approval.status === 'pending' && !isOver && mayDecide(member);
  // Neither kept nor derived from a key: what the browser holds must equal what its form says.
  const formToken = isOpen ? ports.ids.token(32) : undefined;
  if (formToken !== undefined)
    setCookie(context, FORM_COOKIE, formToken, {
      ...{ httpOnly: true, sameSite: 'Strict', path: `/approvals/${approval.approvalId}`, maxAge: FORM_SEC },
      secure: new URL(context.req.url).protocol === 'https:',
    });
  return context.html(approvalPage({ approval, plan, person: member.id, locale, formToken, isOver }));
}

async function take(context: Context, { caller, ports }: Asked): Promise<Response> {
  const member = known(caller);
  if (!mayDecide(member)) throw new Refused(403, 'Deciding needs a person with the role analyst or above');
  const { approval } = await readable(context.req.param('id') ?? '', member, ports);
  const form = await ownForm(context);
  const reason = form.get('reason')?.trim() ?? '';
  if (reason === '') throw new YaguraError('BadInput', 'A reason is needed: it is recorded');
  await claimForm(form.get('token') ?? '', approval, ports);
  const { approvalId } = approval;
  const vote = { approvalId, planHash: form.get('planHash'), decision: form.get('decision'), approver: member.id, reason };
  await decide(vote, ports);
  return context.redirect(`/approvals/${approvalId}?locale=${localeOf(context, form.get('locale'))}`, 303);
}

/** The form of a page that we showed to this browser. @throws Refused */
async function ownForm(context: Context): Promise<URLSearchParams> {
  const site = context.req.header('sec-fetch-site');
  const origin = context.req.header('origin');
  // A browser that says where a request comes from is right also behind a proxy that signs, where the hosts differ.
  const isForeign = site === undefined ? origin !== undefined && !isOwnHost(context, origin) : site !== 'same-origin';
  if (isForeign) throw new Refused(403, 'This form was sent by another site');
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(context.req.header('content-type') ?? ''))
    throw new Refused(415, 'A decision is the form of its page');
  const form = new URLSearchParams(await context.req.text());
  const [given, held] = [form.get('token') ?? '', getCookie(context, FORM_COOKIE) ?? ''];
  if (held === '' || !isEqual(given, held))
    throw new Refused(403, 'This form is not of a page that you opened, or it is too old');
  return form;
}

/** Behind a function's URL the host is the one that the browser asked for. */
function isOwnHost(context: Context, origin: string): boolean {
  const host = context.req.header('host') ?? new URL(context.req.url).host;
  return URL.parse(origin)?.host === host;
}

/** @throws Refused where this form was sent before */
async function claimForm(token: string, { approvalId }: Approval, { table, clock }: PagePorts): Promise<void> {
  const put = {
    ...{ pk: approvalPk(approvalId), sk: `FORM#${sha256(token)}`, data: {} },
    expiresAtSec: Math.ceil(clock.nowMs() / 1000) + 2 * 86_400,
  };
  if (await table.write([{ put, condition: { absent: true } }])) return;
  throw new Refused(409, 'This form was sent already');
}

/** The approval and the plan that it is for, as far as the caller may know of them. @throws Refused */
async function readable(id: string, { clearance }: Member, { table }: PagePorts): Promise<{ approval: Approval; plan: Plan }> {
  const unknown = new Refused(404, 'There is no such approval');
  if (!ApprovalId.safeParse(id).success) throw unknown;
  const item = await table.get(approvalPk(id), APPROVAL_SK);
  if (item === undefined) throw unknown;
  const approval = Approval.parse(item.data);
  const tlp = (await readCase(table, approval.incidentId))?.state.tlp ?? DEFAULT_TLP;
  if (!mayRead(clearance, tlp)) throw unknown;
  const stored = await table.get(runPk(approval.runId), PLAN_SK);
  const plan = stored === undefined ? undefined : Plan.parse(stored.data);
  // What is shown must be what the decision is bound to.
  if (plan === undefined || plan.hash !== approval.planHash || !isSealed(plan))
    throw new Refused(409, 'The plan is not the one that this approval is for');
  return { approval, plan };
}

function known(caller: Member | undefined): Member {
  if (caller === undefined) throw new Refused(401, 'Who are you? Sign in first');
  return caller;
}

const mayDecide = ({ role, kind }: Member): boolean => kind === 'human' && mayAs(role, 'analyst');
const isEqual = (a: string, b: string): boolean => {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
};

function localeOf(context: Context, given: string | null = new URL(context.req.url).searchParams.get('locale')): Locale {
  if (given === 'en' || given === 'ja') return given;
  return /^\s*ja\b/i.test(context.req.header('accept-language') ?? '') ? 'ja' : 'en';
}

const STATUS: Readonly<Partial<Record<YaguraError['code'], number>>> = {
  BadInput: 400,
  Conflict: 409,
  PlanChanged: 409,
  ApprovalInvalid: 409,
  ApprovalExpired: 410,
  Throttled: 503,
  Unavailable: 503,
};

function told(error: unknown): { status: number; message: string } {
  if (error instanceof Refused) return { status: error.status, message: error.message };
  const status = error instanceof YaguraError ? STATUS[error.code] : undefined;
  if (!(error instanceof YaguraError) || status === undefined) return { status: 500, message: 'This is a fault of ours.' };
  return { status, message: error.message.split('\n')[0] ?? '' };
}
