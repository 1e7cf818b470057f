/** Tokens of a laptop's API: JWTs of minutes or hours, signed with a key in the state folder that only its owner can read. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import { type Member, ROLES } from '../functions/core/api/member.ts';
import { TLPS } from '../functions/core/case/marking.ts';
import { personSchema } from '../functions/core/case/operation.ts';
import { YaguraError } from '../functions/core/error.ts';

const ISSUER = 'yagura-laptop';
const AUDIENCE = 'yagura-api';
const ALGORITHM = 'HS256';
const KEY_BYTES = 32;
const MAX_HOURS = 24;

const memberSchema = z.object({
  id: personSchema,
  role: z.enum(ROLES),
  clearance: z.enum(TLPS),
  kind: z.enum(['human', 'ai']),
});

/** The state's key, made where there is none. @throws YaguraError Refused where others can read it */
export function apiKey(dir: string): Uint8Array {
  const file = join(dir, 'api-key');
  if (!existsSync(file)) writeFileSync(file, randomBytes(KEY_BYTES).toString('hex'), { mode: 0o600, flag: 'wx' });
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new YaguraError('Refused', `${file} can be read by others`, {
      problems: [{ at: file, what: 'its mode', fix: `chmod 600 ${file}, or delete it: tokens then end` }],
    });
  }
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
  if (key.byteLength === KEY_BYTES) return key;
  throw new YaguraError('BadConfig', `${file} is no key`, {
    problems: [{ at: file, what: `${key.byteLength} bytes`, allowed: '32 bytes, hex', fix: 'delete it' }],
  });
}

/** @throws YaguraError BadInput */
export async function issueToken(
  member: Member,
  { key, nowMs, hours }: { key: Uint8Array; nowMs: number; hours: number },
): Promise<string> {
  if (!(hours > 0 && hours <= MAX_HOURS))
    throw new YaguraError('BadInput', 'a token lives for hours', {
      problems: [{ at: '--hours', what: String(hours), allowed: `up to ${MAX_HOURS}` }],
    });
  const { id, ...claims } = memberSchema.parse(member);
  const seconds = Math.floor(nowMs / 1000);
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(id)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + Math.round(hours * 3600))
    .sign(key);
}

/** Whose token it is; undefined for one that is not good, whatever the reason: a stranger is told none. */
export async function tokenMember(
  authorization: string | undefined,
  { key, nowMs }: { key: Uint8Array; nowMs: number },
): Promise<Member | undefined> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  try {
    const { payload } = await jwtVerify(token, key, {
      ...{ algorithms: [ALGORITHM], issuer: ISSUER, audience: AUDIENCE, requiredClaims: ['sub', 'exp', 'iat'] },
      ...{ currentDate: new Date(nowMs), maxTokenAge: `${MAX_HOURS}h` },
    });
    const member = memberSchema.safeParse({ ...payload, id: payload.sub });
    return member.success ? member.data : undefined;
  } catch {
    return undefined;
  }
}
