/** Executions recorded on AWS → the interpreter gives the same output, the same error and the same events in the same order. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../../functions/core/json.ts';
import { laboratory } from './laboratory.ts';

const FILE = new URL('../../../../shared/asl/recorded-shared.jsonl', import.meta.url);
const present = existsSync(FILE);
if (!present) console.warn('SKIPPED: ../shared/asl is not here, so no recorded execution was compared');

interface Recording {
  name: string;
  language: string;
  definition: JsonObject;
  history: JsonObject[];
}

const isRecording = (value: unknown): value is Recording =>
  isJsonObject(value) && Array.isArray(value['history']) && isJsonObject(value['definition']);
const recordings = present
  ? readFileSync(FILE, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line))
      .filter(isRecording)
      .filter(({ language }) => language !== 'JSONPath')
  : [];

/** Recordings show JSON text parsed, times and ARNs replaced: both sides are brought to that form. */
function sanitize(value: Json): Json {
  if (Array.isArray(value)) return value.map(sanitize);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (['input', 'output', 'parameters'].includes(key) && typeof item === 'string') return [key, sanitize(JSON.parse(item))];
      if (['timestamp', 'roleArn', 'RoleArn', 'region', 'Id', 'StartTime', 'EnteredTime'].includes(key)) return [key, `<${key}>`];
      if (key === 'resource' && typeof item === 'string' && item.startsWith('arn:')) return [key, '<arn>'];
      if (key === 'Name' && item !== 'State0') return [key, '<name>'];
      return [key, sanitize(item)];
    }),
  );
}

const details = (event: JsonObject | undefined, key: string): JsonObject => {
  const found = event?.[key];
  return isJsonObject(found) ? found : {};
};
const parsed = (value: Json | undefined): Json => (typeof value === 'string' ? JSON.parse(value) : (value ?? null));

/** The calls of a recording, in order: what was asked, what was answered. */
function playback(history: readonly JsonObject[]): (args: Json) => Promise<Json> {
  const asked = history.flatMap((event) =>
    [
      details(event, 'lambdaFunctionScheduledEventDetails')['input'],
      details(event, 'taskScheduledEventDetails')['parameters'],
    ].filter((x) => x !== undefined),
  );
  const answers = history.flatMap((event) =>
    [
      details(event, 'lambdaFunctionSucceededEventDetails')['output'],
      details(event, 'taskSucceededEventDetails')['output'],
    ].filter((x) => x !== undefined),
  );
  let turn = 0;
  return async (args) => {
    expect(args).toEqual(parsed(asked[turn]));
    return parsed(answers[turn++]);
  };
}

test.skipIf(!present).each(recordings.map((recording) => [recording.name, recording] as const))(
  '%s runs as on AWS',
  async (_name, { definition, history }) => {
    const text = JSON.stringify(definition).replaceAll(
      '__tbd__',
      'arn:aws:lambda:us-east-1:111111111111:function:lambda_function_name',
    );
    const play = playback(history);
    const lab = laboratory(JSON.parse(text), {
      functions: { lambda_function_name: play },
      integrations: { 'lambda:invoke': play },
    });
    await lab.run(parsed(details(history[0], 'executionStartedEventDetails')['input']));
    const events = await lab.history();
    expect(sanitize(events)).toEqual(sanitize(history));
  },
);

test.skipIf(!present)('every recording in JSONata was compared', () => {
  expect(recordings.length).toBeGreaterThanOrEqual(14);
});
