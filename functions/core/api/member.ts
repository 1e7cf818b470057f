/** The `api` section of the configuration: who may call, in which role, and up to which marking. */
import * as z from 'zod';
import { TLPS, type Tlp } from '../case/marking.ts';
import type { Problem } from '../error.ts';

/** Each role may do all that those before it may. */
export const ROLES = ['viewer', 'analyst', 'lead', 'manager', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const mayAs = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least);

/** An IAM user, or a session of a role: `…:assumed-role/<role>/<session>`. */
const ARN = /^arn:[\w-]+:(iam::\d{12}:user\/[\w+=,.@/-]+|sts::\d{12}:assumed-role\/[\w+=,.@-]+\/([\w+=,.@-]+|\*))$/;

export const apiSchema = z.strictObject({
  /** Who may call, first fitting entry. Default: nobody. */
  members: z
    .array(
      z.strictObject({
        /**
         * The caller's ARN as AWS says it. `*` as session stands for everybody whom IAM Identity Center lets have this permission set; sessions of
         * other roles are named by whoever assumes them, so they must be written out.
         */
        arn: z.string().regex(ARN, 'an ARN of an IAM user or of a session of a role'),
        role: z.enum(ROLES),
        /** The most that they may see. Default `AMBER`. */
        clearance: z.enum(TLPS).default('AMBER'),
        /** A model may add and propose, and decide nothing. Default `human`. */
        kind: z.enum(['human', 'ai']).default('human'),
      }),
    )
    .default([]),
  /** Requests a minute of one person. Default 300. */
  perMinute: z.int().min(10).max(10_000).default(300),
});
export type ApiConfig = z.output<typeof apiSchema>;

/** Somebody whom the API knows. */
export interface Member {
  /** As cases name people. */
  id: string;
  role: Role;
  clearance: Tlp;
  kind: 'human' | 'ai';
}

/** The member behind an ARN; undefined for strangers. The id is the session's or the user's name. */
export function memberOf(arn: string, { members }: ApiConfig): Member | undefined {
  const found = members.find((member) => member.arn === arn || (member.arn.endsWith('/*') && isSessionOf(member.arn, arn)));
  const id = arn.split('/').at(-1) ?? '';
  return found === undefined || id === '' ? undefined : { id, role: found.role, clearance: found.clearance, kind: found.kind };
}

const isSessionOf = (pattern: string, arn: string): boolean => {
  const prefix = pattern.slice(0, -1);
  return arn.startsWith(prefix) && !arn.slice(prefix.length).includes('/');
};

/** What is right in form and wrong in meaning. */
export const apiProblems = ({ members }: ApiConfig): Problem[] =>
  members.flatMap(({ arn }, i) =>
    !arn.endsWith('/*') || arn.includes(':assumed-role/AWSReservedSSO_')
      ? []
      : [
          {
            at: `api.members.${i}.arn`,
            what: `whoever assumes this role names the session: one person could be two`,
            allowed: '* only for roles of IAM Identity Center (AWSReservedSSO_…)',
            fix: 'write out each session',
          },
        ],
  );
