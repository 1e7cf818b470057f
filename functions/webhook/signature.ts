/** A request's headers and raw body → whether its sender knew the secret, just now: one scheme a vendor. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface Signed {
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  secret: string;
  nowMs: number;
}

/** `id`: what is equal exactly for the same message sent again. */
export type Verdict = { isGood: true; id: string } | { isGood: false; why: 'no_signature' | 'bad_signature' | 'stale' };

export type Scheme = 'github' | 'slack' | 'yagura';

/** How far a signed time may be from ours, both ways. */
export const WINDOW_MS = 5 * 60_000;

export const verify = (scheme: Scheme, signed: Signed): Verdict => SCHEMES[scheme](signed);

const SCHEMES: Readonly<Record<Scheme, (signed: Signed) => Verdict>> = {
  /** No time is signed, nor the delivery's id: the signature itself tells a message again. @see GitHub Docs, "Validating webhook deliveries" */
  github: ({ headers, body, secret }) => {
    const given = /^sha256=([0-9a-f]{64})$/.exec(headers['x-hub-signature-256'] ?? '')?.[1];
    if (given === undefined) return { isGood: false, why: 'no_signature' };
    return isEqual(given, hmac(secret, body)) ? { isGood: true, id: given } : { isGood: false, why: 'bad_signature' };
  },
  /** @see Slack, "Verifying requests from Slack": v0:timestamp:body */
  slack: ({ headers, body, secret, nowMs }) => {
    const given = /^v0=([0-9a-f]{64})$/.exec(headers['x-slack-signature'] ?? '')?.[1];
    const time = /^\d{1,12}$/.exec(headers['x-slack-request-timestamp'] ?? '')?.[0];
    if (given === undefined || time === undefined) return { isGood: false, why: 'no_signature' };
    return timed(given, { time, nowMs, expected: hmac(secret, Buffer.from(`v0:${time}:`), body) });
  },
  /** `t=<epoch seconds>,v1=<hex>[,v1=<hex>]` over `<t>.<body>`: two signatures while a secret is rotated. */
  yagura: ({ headers, body, secret, nowMs }) => {
    const parts = (headers['x-yagura-signature'] ?? '').split(',').map((part) => part.trim());
    const time = /^t=(\d{1,12})$/.exec(parts[0] ?? '')?.[1];
    const given = parts.slice(1, 5).flatMap((part) => /^v1=([0-9a-f]{64})$/.exec(part)?.[1] ?? []);
    if (time === undefined || given.length === 0) return { isGood: false, why: 'no_signature' };
    const expected = hmac(secret, Buffer.from(`${time}.`), body);
    return timed(given.find((one) => isEqual(one, expected)) ?? '', { time, nowMs, expected });
  },
};

/** The signature is looked at first: who does not know the secret learns nothing of our clock. */
function timed(given: string, { time, nowMs, expected }: { time: string; nowMs: number; expected: string }): Verdict {
  if (!isEqual(given, expected)) return { isGood: false, why: 'bad_signature' };
  return Math.abs(nowMs - Number(time) * 1000) <= WINDOW_MS ? { isGood: true, id: expected } : { isGood: false, why: 'stale' };
}

function hmac(secret: string, ...parts: Uint8Array[]): string {
  const mac = createHmac('sha256', secret);
  for (const part of parts) mac.update(part);
  return mac.digest('hex');
}

/** Takes as long for a wrong signature as for a right one. */
const isEqual = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
