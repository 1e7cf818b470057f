/** The `api` section of the configuration: who may call, in which role, and up to which marking. */
import * as z from 'zod';
import { TLPS, type Tlp } from '../case/marking.ts';
import { option, text } from '../config-option.ts';
import type { Problem } from '../error.ts';

/** Each role may do all that those before it may. */
export const ROLES = ['viewer', 'analyst', 'lead', 'manager', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const mayAs = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least);

/** An IAM user, or a session of a role: `…:assumed-role/<role>/<session>`. */
const ARN = /^arn:[\w-]+:(iam::\d{12}:user\/[\w+=,.@/-]+|sts::\d{12}:assumed-role\/[\w+=,.@-]+\/([\w+=,.@-]+|\*))$/;

export const apiSchema = z.strictObject({
  members: option(
    z
      .array(
        z.strictObject({
          arn: option(
            z.string().regex(ARN, 'an ARN of an IAM user or of a session of a role'),
            text(
              "The caller's ARN as AWS says it. `*` as session stands for everybody whom IAM Identity Center lets have this permission set; sessions of other roles are named by whoever assumes them, so they must be written out.",
              'AWS が示す呼び出し元の ARN。セッション名の `*` は、IAM Identity Center でこの許可セットを持つ全員を表します。他のロールのセッション名は引き受ける側が決めるため、一つずつ書きます。',
            ),
          ),
          role: option(
            z.enum(ROLES),
            text('Each role may do all that those before it may.', '各ロールは、前のロールができることをすべてできます。'),
          ),
          clearance: option(z.enum(TLPS).default('AMBER'), {
            ...text('The most that they may see, TLP 2.0.', '見てよい上限（TLP 2.0）。'),
            why: text('The marking that a case begins with.', 'ケースの最初の区分に合わせるため。'),
          }),
          kind: option(z.enum(['human', 'ai']).default('human'), {
            ...text('A model may add and propose, and decide nothing.', 'AI は追記と提案ができ、決定はできません。'),
            why: text('People are the usual callers.', '呼び出すのは普通は人のため。'),
          }),
        }),
      )
      .default([]),
    text('Who may call; the first entry that fits counts.', '呼び出せる人。最初に当てはまる項目が使われます。'),
  ),
  perMinute: option(z.int().min(10).max(10_000).default(300), {
    ...text('Requests of one person.', '1 人あたりのリクエスト数。'),
    unit: 'requests a minute',
    why: text('A console that somebody works in quickly needs about a hundred.', '素早く操作するコンソールでも 100 程度のため。'),
  }),
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
