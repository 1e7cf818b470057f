import { describe, expect, it } from 'vitest';
import type { OcsfEvent } from '../../functions/core/ocsf/event.ts';
import { recordIds } from '../../functions/core/record-ids.ts';

const event = (metadata: object, rest: object = {}): OcsfEvent => ({ metadata, ...rest }) as unknown as OcsfEvent;

describe('the ids of a record', () => {
  it('begin with its own', () => {
    expect(recordIds(event({ uid: 'b', original_event_uid: 'a' }))).toEqual(['b', 'a']);
  });

  it('are those of the operation, the request and the store, too', () => {
    const told = event(
      { uid: 'audit-1/ResponseComplete', correlation_uid: 'operation-1' },
      {
        api: { request: { uid: 'audit-1' } },
        unmapped: { _id: 'es-1', _document_id: 'gh-1', docId: 'es-9', traceId: 't', _type: 'doc' },
      },
    );
    expect(recordIds(told)).toEqual(['audit-1/ResponseComplete', 'operation-1', 'audit-1', 'es-1', 'gh-1']);
  });

  it('are each once, never empty, and only texts', () => {
    expect(
      recordIds(event({ uid: 'a', original_event_uid: 'a', correlation_uid: '' }, { api: { request: { uid: 5 } } })),
    ).toEqual(['a']);
  });

  it('leave out ids of things that the record is about', () => {
    expect(recordIds(event({ uid: 'a' }, { unmapped: { 'a._id': 'x', tenantId: 'y', _identity: 'z' } }))).toEqual(['a']);
  });
});
