/** The identifiers of AWS that actions accept, and the calls that they plan. */
import * as z from 'zod';
import { YaguraError } from '../../core/error.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ActionTarget, PlannedCall } from '../../core/plan.ts';
import type { ActionContext } from './action.ts';

/** @see AWS account id: 12 digits */
export const AccountId = z.string().regex(/^\d{12}$/);
export const Region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/);
/** Where global services are signed for. */
export const GLOBAL_REGION = 'us-east-1';

/** One change through the role that contains. */
export const contain = (operation: `${string}:${string}`, parameters: JsonObject, late?: string[]): PlannedCall => {
  const [service = '', name = ''] = operation.split(':');
  return { tier: 'contain', service, operation: name, parameters, ...(late === undefined ? {} : { late }) };
};

/** One reading, with the answer in the shape that the schema says. Undefined where the named thing does not exist. */
export async function readAs<S extends z.ZodType>(
  context: ActionContext,
  operation: `${string}:${string}`,
  { parameters, answer }: { parameters: JsonObject; answer: S },
): Promise<z.infer<S> | undefined> {
  const [service = '', name = ''] = operation.split(':');
  const found = await context.read(service, name, parameters);
  return found === undefined ? undefined : answer.parse(found);
}

/** A listing that goes on and on would hold a step until its time is over. */
const MOST_PAGES = 500;

/** All pages of a listing. Undefined where the named thing does not exist. @throws YaguraError Unavailable for one without an end */
export async function readPages<S extends z.ZodType>(
  context: ActionContext,
  operation: `${string}:${string}`,
  { parameters, answer, token }: { parameters: JsonObject; answer: S; token: { in: string; out: string } },
): Promise<z.infer<S>[] | undefined> {
  const pages: z.infer<S>[] = [];
  const [service = '', name = ''] = operation.split(':');
  let next: unknown;
  do {
    const page = await context.read(service, name, typeof next === 'string' ? { ...parameters, [token.in]: next } : parameters);
    if (page === undefined) return undefined;
    pages.push(answer.parse(page));
    // Half a list may hide what matters: it is told rather than used.
    if (pages.length > MOST_PAGES) throw new YaguraError('Unavailable', `${operation} gave more than ${MOST_PAGES} pages`);
    next = page[token.out];
  } while (typeof next === 'string' && next !== '');
  return pages;
}

/** IAM's and EC2's ways of giving pages. */
export const IAM_TOKEN = { in: 'Marker', out: 'Marker' };
export const NEXT_TOKEN = { in: 'NextToken', out: 'NextToken' };

export interface InRegion {
  accountId: string;
  region: string;
}

export const awsTarget = ({ accountId, region }: InRegion, uid: string, name: string): ActionTarget => ({
  provider: 'aws',
  ...{ accountId, region, uid, name },
});

/** The ARN of a thing of a region: `regional(at, 'ec2', 'instance/i-1')`. */
export const regional = ({ accountId, region }: InRegion, service: string, rest: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${rest}`;

/** IAM returns documents URL-encoded (RFC 3986). */
export const policyText = (text: string): string => (text.startsWith('%') ? decodeURIComponent(text) : text);

export const DENY_ALL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'YaguraQuarantine', Effect: 'Deny', Action: '*', Resource: '*' }],
});

/** The name of what a response makes for an incident: `YaguraQuarantine-INC-7`. IAM names take `[\w+=,.@-]`, at most 128. */
export const namedFor = (incidentId: string, what = 'YaguraQuarantine'): string =>
  `${what}-${incidentId.replaceAll(/[^\w.-]/g, '-')}`.slice(0, 128);
