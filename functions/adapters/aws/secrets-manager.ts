/** Turns a name or ARN into the text of a secret in Secrets Manager, remembered for some minutes. */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { YaguraError } from '../../core/error.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { calling } from './failure.ts';

/** A secret that was rotated is used at the latest after this. */
const KEEP_MS = 5 * 60_000;
/** Even where the newest is asked for: strangers with wrong signatures must not make us ask with each of their requests. */
const FRESH_MS = 30_000;

export function createSecretsManager(client: Pick<SecretsManagerClient, 'send'>, nowMs: () => number): Secrets {
  const kept = new Map<string, { text: string; atMs: number }>();
  return {
    async get(reference, { fresh = false } = {}) {
      const known = kept.get(reference);
      if (known !== undefined && nowMs() - known.atMs < (fresh ? FRESH_MS : KEEP_MS)) return known.text;
      const { SecretString: text, SecretBinary: bytes } = await calling(`secretsmanager GetSecretValue ${reference}`, () =>
        client.send(new GetSecretValueCommand({ SecretId: reference })),
      ).catch((error: unknown) => {
        throw explained(reference, error);
      });
      const value = text ?? (bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8'));
      if (value === undefined) throw new YaguraError('NotFound', `the secret ${reference} has no value yet`);
      kept.set(reference, { text: value, atMs: nowMs() });
      return value;
    },
  };
}

/** What to do about it, for the two failures that a person mends. */
function explained(reference: string, error: unknown): unknown {
  if (!(error instanceof YaguraError) || (error.code !== 'NotFound' && error.code !== 'Refused')) return error;
  const fix =
    error.code === 'NotFound'
      ? `aws secretsmanager create-secret --name ${reference}, in the region of the stack`
      : 'deploy the stack again; a secret with a key of its own must let the stage decrypt with it';
  return new YaguraError(error.code, error.message, {
    cause: error,
    problems: [{ at: reference, what: 'the secret cannot be read', fix }],
  });
}
