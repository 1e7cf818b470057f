/** A simulated Slack organization: users by SCIM, their sessions. */
import * as z from 'zod';
import { resourceType } from '../resource.ts';
import { text } from '../simulation.ts';
import { bodyAs, notFound, ok, type SimulatedVendor } from './vendor.ts';

const USER = resourceType('slack/user', z.strictObject({ userName: text, active: z.boolean() }), { global: true });
const SESSION = resourceType('slack/session', z.strictObject({ userId: text, teamId: text }), { global: true, live: true });

/** The Web API answers 200 to what it did not do. @see Slack, "Web API: evaluating responses" */
const failed = (error: string) => ok({ ok: false, error });

const PATCH = {
  schemas: z.tuple([z.literal('urn:ietf:params:scim:api:messages:2.0:PatchOp')]),
  Operations: z.tuple([z.strictObject({ op: z.literal('replace'), path: z.literal('active'), value: z.boolean() })]),
};

/** @see Slack, admin.users.session.list and .reset; "SCIM 2.0 API reference" */
export const SLACK: SimulatedVendor = {
  refusal: (status, detail) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status), detail }),
  routes: {
    'POST /api/admin.users.session.list': async (request) => {
      const { user_id, team_id } = bodyAs(request, z.strictObject({ user_id: text, team_id: text }));
      if ((await USER.get(request.at, user_id)) === undefined) return failed('user_not_found');
      const own = (await SESSION.all(request.at)).filter(([, one]) => one.userId === user_id && one.teamId === team_id);
      return ok({ ok: true, active_sessions: own.map(([id]) => ({ session_id: Number(id), user_id, team_id })) });
    },
    'POST /api/admin.users.session.reset': async (request) => {
      const { user_id } = bodyAs(request, z.strictObject({ user_id: text }));
      if ((await USER.get(request.at, user_id)) === undefined) return failed('user_not_found');
      for (const [id, { userId }] of await SESSION.all(request.at)) if (userId === user_id) await SESSION.remove(request.at, id);
      return ok({ ok: true });
    },
    'GET /scim/v2/Users/{userId}': async ({ at, ids }) => {
      const user = await USER.get(at, ids['userId'] ?? '');
      if (user === undefined) throw notFound('User');
      return ok({ id: ids['userId'] ?? '', ...user });
    },
    'PATCH /scim/v2/Users/{userId}': async (request) => {
      const [{ value }] = bodyAs(request, z.strictObject(PATCH)).Operations;
      const changed = await USER.change(request.at, request.ids['userId'] ?? '', (user) => {
        user.active = value;
      });
      if (changed === undefined) throw notFound('User');
      return ok({ ...changed });
    },
  },
};
