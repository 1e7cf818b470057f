// moto (an AWS emulator) on a free port of this machine, for one test file.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isJsonObject } from '../../functions/core/json.ts';
import { freePort } from './free-port.ts';

export interface Moto {
  endpoint: string;
  /** What every client of the SDK needs to speak with it. */
  client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  stop(): Promise<void>;
}

/** One request after the other: with threads moto shows half an update, which no AWS service does. */
const SERVE = [
  'import sys',
  'from werkzeug.serving import run_simple',
  'from moto.server import DomainDispatcherApplication, create_backend_app',
  "run_simple('127.0.0.1', int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)",
].join('\n');
const START_TRIES = 240;
/** The account that moto answers for, where the credentials name no other. */
export const MOTO_ACCOUNT = '111122223333';

export async function startMoto(bin: string): Promise<Moto> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const env = { ...process.env, MOTO_ACCOUNT_ID: MOTO_ACCOUNT, AWS_DEFAULT_REGION: 'us-east-1' };
  const server = spawn(join(bin, 'python'), ['-c', SERVE, String(port)], { stdio: 'ignore', env });
  await answering(endpoint, server);
  return {
    endpoint,
    client: { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } },
    stop: () => stopped(server),
  };
}

async function stopped(server: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill();
  await ended;
}

async function answering(endpoint: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < START_TRIES; tries++) {
    if (server.exitCode !== null) throw new Error(`moto ended with ${server.exitCode}`);
    const isUp = await fetch(`${endpoint}/moto-api/data.json`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return;
    await pause(250);
  }
  server.kill();
  throw new Error('moto does not answer');
}

/** SQS without its client: the JSON protocol over HTTP, which moto takes unsigned. */
export async function sqs(moto: Moto, operation: string, parameters: object): Promise<Record<string, unknown>> {
  const answer = await fetch(moto.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${operation}`,
      authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=x',
    },
    body: JSON.stringify(parameters),
  });
  const value: unknown = JSON.parse((await answer.text()) || '{}');
  if (!answer.ok || !isJsonObject(value)) throw new Error(`sqs ${operation}: ${JSON.stringify(value)}`);
  return value;
}

/** Takes everything out of a queue. */
export async function drain(moto: Moto, queueUrl: string): Promise<{ id: string; body: string }[]> {
  const taken: { id: string; body: string }[] = [];
  for (;;) {
    const { Messages: messages } = await sqs(moto, 'ReceiveMessage', { QueueUrl: queueUrl, MaxNumberOfMessages: 10 });
    if (!Array.isArray(messages) || messages.length === 0) return taken;
    for (const message of messages.filter(isJsonObject)) {
      taken.push({ id: String(message['MessageId']), body: String(message['Body']) });
      await sqs(moto, 'DeleteMessage', { QueueUrl: queueUrl, ReceiptHandle: message['ReceiptHandle'] });
    }
  }
}
