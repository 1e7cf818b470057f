/** The AWS operations that responses may call: an explicit list, each with the least role that may make it and the IAM actions that it needs. */
import type { Problem } from '../error.ts';
import { COMPUTE_OPERATIONS } from './compute-operations.ts';
import { DATA_OPERATIONS } from './data-operations.ts';
import { IDENTITY_OPERATIONS } from './identity-operations.ts';

export interface AwsOperation {
  /** `read` changes nothing, `contain` can be taken back, `destroy` cannot. */
  tier: 'read' | 'contain' | 'destroy';
  /** Every parameter that a response may give, `?` after those it may leave out: a misspelt one is refused here, not left out in silence. */
  parameters: readonly string[];
  /** IAM actions, where they are not named after the operation. @see Service Authorization Reference */
  iam?: readonly string[];
}

const SERVICES: Readonly<Record<string, Readonly<Record<string, AwsOperation>>>> = {
  ...IDENTITY_OPERATIONS,
  ...COMPUTE_OPERATIONS,
  ...DATA_OPERATIONS,
};

/** By `service:Operation` as IAM and botocore spell them. */
export const AWS_OPERATIONS: ReadonlyMap<string, AwsOperation> = new Map(
  Object.entries(SERVICES).flatMap(([service, operations]) =>
    Object.entries(operations).map(([name, operation]): [string, AwsOperation] => [`${service}:${name}`, operation]),
  ),
);

/** The IAM actions of an operation: `s3:GetPublicAccessBlock` needs `s3:GetBucketPublicAccessBlock`. Empty for an unknown one. */
export function iamActionsOf(operation: string): readonly string[] {
  const known = AWS_OPERATIONS.get(operation);
  return known === undefined ? [] : (known.iam ?? [operation]);
}

/** What is wrong with the parameters of a call: unknown names, missing or empty ones. Values are not repeated: they may be log text. */
export function parameterProblems(operation: AwsOperation, parameters: Readonly<Record<string, unknown>>): Problem[] {
  const names = operation.parameters.map((name) => name.replace('?', ''));
  const unknown = Object.keys(parameters)
    .filter((name) => !names.includes(name))
    .map((name): Problem => ({ at: name.slice(0, 80), what: 'no parameter of it', allowed: names.join(', ') }));
  const missing = operation.parameters
    .filter((name) => !name.endsWith('?') && (parameters[name] === undefined || parameters[name] === ''))
    .map((name): Problem => ({ at: name, what: 'missing' }));
  const empty = Object.entries(parameters).filter(([name, value]) => value === '' && operation.parameters.includes(`${name}?`));
  return [...unknown, ...missing, ...empty.map(([name]): Problem => ({ at: name, what: 'empty' }))];
}
