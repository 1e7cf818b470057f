/** A simulated Google Workspace domain: users with the applications that they allowed, app passwords, delegates and forwarding. */
import * as z from 'zod';
import { resourceType } from '../resource.ts';
import { text } from '../simulation.ts';
import {
  bodyAs,
  NO_CONTENT,
  notFound,
  ok,
  type SimulatedVendor,
  type VendorAnswer,
  type VendorHandler,
  VendorRefusal,
  type VendorRequest,
} from './vendor.ts';

const Forwarding = z.strictObject({ emailAddress: text, disposition: text });
const USER = resourceType(
  'google-workspace/user',
  z.strictObject({
    ...{ suspended: z.boolean(), isAdmin: z.boolean(), isDelegatedAdmin: z.boolean() },
    tokens: z.array(z.strictObject({ clientId: text, displayText: text, scopes: z.array(text) })),
    appPasswords: z.array(z.strictObject({ codeId: z.int(), name: text })),
    delegates: z.array(text),
    /** Addresses that the mailbox may forward to. */
    forwardingAddresses: z.array(text),
    forwarding: Forwarding.nullable(),
  }),
  { global: true, unordered: ['delegates'] },
);
type User = Parameters<Parameters<typeof USER.change>[2]>[0];

const key = ({ ids }: VendorRequest): string => (ids['userKey'] ?? '').toLowerCase();

const show =
  (of: (user: User, request: VendorRequest) => VendorAnswer): VendorHandler =>
  async (request) => {
    const user = await USER.get(request.at, key(request));
    if (user === undefined) throw notFound('userKey');
    return of(user, request);
  };

const edit =
  (change: (user: User, request: VendorRequest) => VendorAnswer): VendorHandler =>
  async (request) => {
    let answer = NO_CONTENT;
    const changed = await USER.change(request.at, key(request), (user) => {
      answer = change(user, request);
    });
    if (changed === undefined) throw notFound('userKey');
    return answer;
  };

/** The mailbox of a suspended user answers nobody. */
const mailbox =
  (of: (user: User, request: VendorRequest) => VendorAnswer): ((user: User, request: VendorRequest) => VendorAnswer) =>
  (user, request) => {
    if (user.suspended) throw new VendorRefusal(400, 'failedPrecondition: Mail service not enabled');
    return of(user, request);
  };

const dropped = <T>(all: readonly T[], isIt: (one: T) => boolean): T[] => {
  const kept = all.filter((one) => !isIt(one));
  if (kept.length === all.length) throw notFound('resource');
  return kept;
};

const SUSPEND = z.strictObject({ suspended: z.boolean() });
const DELEGATE = z.strictObject({ delegateEmail: text });
const FORWARD = z.union([
  z.strictObject({ enabled: z.literal(false) }),
  z.strictObject({ enabled: z.literal(true), ...Forwarding.shape }),
]);

const forward = (user: User, request: VendorRequest): VendorAnswer => {
  const wanted = bodyAs(request, FORWARD);
  if (wanted.enabled && !user.forwardingAddresses.includes(wanted.emailAddress))
    throw new VendorRefusal(400, 'the forwarding address is not verified');
  user.forwarding = wanted.enabled ? { emailAddress: wanted.emailAddress, disposition: wanted.disposition } : null;
  return ok({});
};

const PATH = '/admin/directory/v1/users/{userKey}';
const SETTINGS = '/gmail/v1/users/{userKey}/settings';

/** @see Google Workspace, Admin SDK Directory API v1; Gmail API v1, users.settings */
export const GOOGLE: SimulatedVendor = {
  refusal: (code, message) => ({ error: { code, message, errors: [{ message, domain: 'global' }] } }),
  routes: {
    [`GET ${PATH}`]: show(({ suspended, isAdmin, isDelegatedAdmin }, request) =>
      ok({ primaryEmail: key(request), suspended, isAdmin, isDelegatedAdmin }),
    ),
    [`PATCH ${PATH}`]: edit((user, request) => {
      user.suspended = bodyAs(request, SUSPEND).suspended;
      return ok({});
    }),
    // Empty lists are left out.
    [`GET ${PATH}/tokens`]: show(({ tokens }) => ok(tokens.length === 0 ? {} : { items: tokens })),
    [`DELETE ${PATH}/tokens/{clientId}`]: edit((user, { ids }) => {
      user.tokens = dropped(user.tokens, ({ clientId }) => clientId === ids['clientId']);
      return NO_CONTENT;
    }),
    [`GET ${PATH}/asps`]: show(({ appPasswords }) => ok(appPasswords.length === 0 ? {} : { items: appPasswords })),
    [`DELETE ${PATH}/asps/{codeId}`]: edit((user, { ids }) => {
      user.appPasswords = dropped(user.appPasswords, ({ codeId }) => String(codeId) === ids['codeId']);
      return NO_CONTENT;
    }),
    [`GET ${SETTINGS}/delegates`]: show(
      mailbox(({ delegates }) =>
        ok(
          delegates.length === 0
            ? {}
            : { delegates: delegates.map((delegateEmail) => ({ delegateEmail, verificationStatus: 'accepted' })) },
        ),
      ),
    ),
    [`POST ${SETTINGS}/delegates`]: edit(
      mailbox((user, request) => {
        user.delegates.push(bodyAs(request, DELEGATE).delegateEmail);
        return ok({});
      }),
    ),
    [`DELETE ${SETTINGS}/delegates/{delegateEmail}`]: edit(
      mailbox((user, { ids }) => {
        user.delegates = dropped(user.delegates, (one) => one === ids['delegateEmail']);
        return NO_CONTENT;
      }),
    ),
    [`GET ${SETTINGS}/autoForwarding`]: show(
      mailbox(({ forwarding }) => ok(forwarding === null ? { enabled: false } : { enabled: true, ...forwarding })),
    ),
    [`PUT ${SETTINGS}/autoForwarding`]: edit(mailbox(forward)),
  },
};
