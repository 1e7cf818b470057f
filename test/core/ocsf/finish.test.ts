/** A draft of ids becomes a whole event: names, profiles and observables derived, nothing empty left. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../functions/core/json.ts';
import { type EventDraft, finishEvent } from '../../../functions/core/ocsf/finish.ts';
import { classUids } from '../../../functions/core/ocsf/schema.ts';
import { errorsOf, validateEvent } from '../../../functions/core/ocsf/validate.ts';

const draft = (attributes: JsonObject, more: Partial<EventDraft> = {}): EventDraft => ({
  class_uid: 6003,
  activity_id: 1,
  time: Date.UTC(2025, 2, 4, 9, 0, 0, 5),
  severity_id: 3,
  metadata: { uid: 'e-1', product: { name: 'P', vendor_name: 'V' } },
  attributes: {
    actor: { app_name: 'a' },
    api: { operation: 'o' },
    src_endpoint: { name: 'n' },
    cloud: { provider: 'AWS' },
    ...attributes,
  },
  ...more,
});

describe('finishEvent', () => {
  it('derives every name from its id, and type_uid from class and activity', () => {
    const event = finishEvent(draft({ status_id: 2, action_id: 2, resources: [{ uid: 'u', role_id: 1 }] }));
    expect(event).toMatchObject({
      class_name: 'API Activity',
      category_uid: 6,
      category_name: 'Application Activity',
      activity_name: 'Create',
      type_uid: 600_301,
      type_name: 'API Activity: Create',
      severity: 'Medium',
      status: 'Failure',
      action: 'Denied',
      time_dt: '2025-03-04T09:00:00.005Z',
      resources: [{ uid: 'u', role_id: 1, role: 'Target' }],
    });
    expect(validateEvent(event)).toEqual([]);
  });

  it('keeps the own word beside 99 and says Other where there is none', () => {
    const named = finishEvent(
      draft({ actor: { user: { name: 'a', type_id: 99, type: 'Root' } } }, { activity_id: 99, activity_name: 'Dance' }),
    );
    expect(named).toMatchObject({ activity_name: 'Dance', type_name: 'API Activity: Other', actor: { user: { type: 'Root' } } });
    expect(finishEvent(draft({ actor: { user: { name: 'a', type_id: 99 } } }))).toMatchObject({
      actor: { user: { type: 'Other' } },
    });
  });

  it('captions each id of a list', () => {
    const attributes = { finding_info: { uid: 'f' }, malware: [{ name: 'm', classification_ids: [2, 18] }] };
    const event = finishEvent({ ...draft({}), class_uid: 2004, attributes });
    expect(event).toMatchObject({ malware: [{ classifications: ['Backdoor', 'Trojan'] }] });
  });

  it('declares the profiles of what is present, and no other', () => {
    expect(finishEvent(draft({})).metadata.profiles).toEqual(['cloud', 'datetime']);
    expect(finishEvent(draft({ disposition_id: 2, device: { type_id: 0, uid: 'd' } })).metadata.profiles).toEqual([
      'cloud',
      'datetime',
      'host',
      'security_control',
    ]);
    const bare = draft({});
    delete bare.attributes['cloud'];
    expect(finishEvent(bare).metadata.profiles).toEqual(['datetime']);
  });

  it('drops what is empty at any depth, so that no constraint breaks on a husk', () => {
    const event = finishEvent(
      draft({
        dst_endpoint: {},
        http_request: { url: { url_string: '' }, http_headers: [] },
        resources: [{}, { uid: 'u', owner: { account: {} } }, { name: '' }],
        status_detail: '',
      }),
    );
    expect(event).not.toHaveProperty('dst_endpoint');
    expect(event).not.toHaveProperty('http_request');
    expect(event).not.toHaveProperty('status_detail');
    expect(event['resources']).toEqual([{ uid: 'u' }]);
    expect(errorsOf(validateEvent(event))).toEqual([]);
    expect(event).not.toHaveProperty('unmapped');
  });

  it('lists observables of the allowed types by path, each value of a list once, in order', () => {
    const event = finishEvent(
      draft({
        actor: {
          user: { name: 'alice', uid: 'u-1', account: { uid: '111122223333' } },
          process: { pid: 4, cmd_line: 'sh -c id' },
        },
        src_endpoint: { ip: '192.0.2.1', port: 22, location: { country: 'NL' }, intermediate_ips: ['192.0.2.9', '192.0.2.9'] },
        resources: [{ uid: 'b' }, { uid: 'a' }, { uid: 'b' }],
        enrichments: [{ name: 'n', value: 'v', data: '{}', src_url: 'https://example.com' }],
      }),
    );
    expect(event.observables?.map(({ name, type_id, value }) => `${name} ${type_id} ${value}`)).toEqual([
      'actor.user.name 4 alice',
      'actor.user.uid 31 u-1',
      'actor.process.cmd_line 13 sh -c id',
      'src_endpoint.ip 2 192.0.2.1',
      'src_endpoint.intermediate_ips[] 2 192.0.2.9',
      'resources[].uid 10 b',
      'resources[].uid 10 a',
    ]);
    expect(validateEvent(event)).toEqual([]);
  });

  it('finishes an event of every class with its own names', () => {
    for (const uid of classUids()) {
      const event = finishEvent({ ...draft({}), class_uid: uid, activity_id: 99, attributes: {} });
      const wrong = validateEvent(event).filter(({ kind }) => !['missing_required', 'constraint', 'deprecated'].includes(kind));
      expect([uid, wrong]).toEqual([uid, []]);
    }
  });
});
