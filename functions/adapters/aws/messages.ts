/** Turns the bodies of queue messages into what they announce: objects of the landing bucket, events of sources, our own bus events. */
import { BUS_SOURCE } from '../../core/bus-event.ts';
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';

/** What one message announces. `id` is the message's, with a number where it announces several things. */
export type Announced =
  | { kind: 'object'; id: string; bucket: string; key: string; identity?: string }
  | { kind: 'event'; id: string; envelope: JsonObject }
  /** Nothing to do, and why. */
  | { kind: 'ignored'; id: string; why: string }
  /** Not understood: the message must end in the dead-letter queue, where people see it. */
  | { kind: 'unknown'; id: string; why: string };

/** The id of the message that an announced id belongs to. */
export const messageIdOf = (id: string): string => id.split('#')[0] ?? id;

/**
 * Reads EventBridge envelopes, classic S3 notifications and either of them wrapped by SNS (raw or not).
 * @see Amazon S3 User Guide, "Event message structure" and "Using EventBridge"; SNS Developer Guide, "HTTP/HTTPS notification JSON format"
 */
export function announcedBy(messageId: string, body: string): Announced[] {
  const parsed = parsedObject(body);
  if (parsed === undefined) return [{ kind: 'unknown', id: messageId, why: 'the body is no JSON object' }];
  const inner =
    parsed['Type'] === 'Notification' && typeof parsed['Message'] === 'string' ? parsedObject(parsed['Message']) : parsed;
  if (inner === undefined) return [{ kind: 'unknown', id: messageId, why: 'the SNS message is no JSON object' }];
  if (inner['Event'] === 's3:TestEvent') return [{ kind: 'ignored', id: messageId, why: 's3_test_event' }];
  if (Array.isArray(inner['Records'])) return inner['Records'].map((record, i) => classicRecord(`${messageId}#${i}`, record));
  if (typeof inner['detail-type'] === 'string' && isJsonObject(inner['detail']))
    return [envelope(messageId, inner, inner['detail'])];
  return [{ kind: 'unknown', id: messageId, why: 'neither an EventBridge event nor an S3 notification' }];
}

/** One of our bus's events: its name and detail, or undefined where it is none. */
export function busEventIn(body: string): { name: string; detail: JsonObject } | undefined {
  const parsed = parsedObject(body);
  const name = parsed?.['detail-type'];
  const detail = parsed?.['detail'];
  if (parsed?.['source'] !== BUS_SOURCE || typeof name !== 'string' || !isJsonObject(detail)) return undefined;
  return { name, detail };
}

function envelope(id: string, event: JsonObject, detail: JsonObject): Announced {
  if (event['source'] !== 'aws.s3' || !String(event['detail-type']).startsWith('Object '))
    return { kind: 'event', id, envelope: event };
  if (event['detail-type'] !== 'Object Created') return { kind: 'ignored', id, why: 'not_an_object_creation' };
  // EventBridge gives keys as they are; only classic notifications encode them.
  return objectOf(id, text(detail['bucket'], 'name'), text(detail['object'], 'key'), detail['object']);
}

function classicRecord(id: string, record: Json): Announced {
  const s3 = isJsonObject(record) ? record['s3'] : undefined;
  if (!isJsonObject(record) || !isJsonObject(s3)) return { kind: 'unknown', id, why: 'a record without s3' };
  if (!/^(s3:)?ObjectCreated:/.test(String(record['eventName']))) return { kind: 'ignored', id, why: 'not_an_object_creation' };
  return objectOf(id, text(s3['bucket'], 'name'), decodedKey(text(s3['object'], 'key')), s3['object']);
}

function objectOf(id: string, bucket: string | undefined, key: string | undefined, object: Json | undefined): Announced {
  if (bucket === undefined || key === undefined) return { kind: 'unknown', id, why: 'no bucket or no key' };
  const etag = text(object, 'etag') ?? text(object, 'eTag');
  // An object that is written again under its key has another entity tag: it is a new arrival.
  return {
    kind: 'object',
    id,
    bucket,
    key,
    ...(etag === undefined ? {} : { identity: `s3://${bucket}/${key}#${etag.replaceAll('"', '')}` }),
  };
}

/** Classic notifications encode keys as HTML forms do: a space is a plus. */
function decodedKey(key: string | undefined): string | undefined {
  if (key === undefined) return undefined;
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

const text = (of: Json | undefined, name: string): string | undefined => {
  const value = isJsonObject(of) && Object.hasOwn(of, name) ? of[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
};

function parsedObject(body: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
