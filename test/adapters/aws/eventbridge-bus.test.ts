import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { checkedBusEvent } from '../../../functions/adapters/aws/bus-schema.ts';
import { createEventBridgeBus } from '../../../functions/adapters/aws/eventbridge-bus.ts';
import type { BusEvent } from '../../../functions/core/bus-event.ts';
import { isJsonObject } from '../../../functions/core/json.ts';
import { busContract, sampleFinding } from '../../contracts/bus.contract.ts';
import { serviceError } from './service-error.ts';

const client = (): EventBridgeClient => new EventBridgeClient({ region: 'us-east-1' });
const bytesOf = (entry: PutEventsRequestEntry): number =>
  [entry.Source, entry.DetailType, entry.Detail].reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);

/** EventBridge's own limits, and every third entry fails at its first try. */
function fakeEventBridge(): { client: EventBridgeClient; arrived(): BusEvent[] } {
  const fake = client();
  const taken: PutEventsRequestEntry[] = [];
  const failedOnce = new Set<string>();
  let seen = 0;
  mockClient(fake)
    .on(PutEventsCommand)
    .callsFake(({ Entries = [] }: { Entries?: PutEventsRequestEntry[] }) => {
      if (Entries.length === 0 || Entries.length > 10) throw serviceError('ValidationException', 400);
      if (Entries.reduce((sum, entry) => sum + bytesOf(entry), 0) > 256 * 1024) throw serviceError('ValidationException', 400);
      const results = Entries.map((entry) => {
        const text = String(entry.Detail);
        if (++seen % 3 === 0 && !failedOnce.has(text)) {
          failedOnce.add(text);
          return { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' };
        }
        taken.push(entry);
        return { EventId: String(taken.length) };
      });
      return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
    });
  const read = ({ DetailType, Detail }: PutEventsRequestEntry): BusEvent => {
    const detail: unknown = JSON.parse(Detail ?? '');
    const event = isJsonObject(detail) ? checkedBusEvent({ name: DetailType ?? '', detail }) : undefined;
    if (event === undefined) throw new Error(`not an event of ours: ${DetailType}`);
    return event;
  };
  return { client: fake, arrived: () => taken.splice(0).map(read) };
}

busContract('EventBridge', async () => {
  const fake = fakeEventBridge();
  return { bus: createEventBridgeBus(fake.client, 'yagura'), arrived: async () => fake.arrived() };
});

describe('EventBridge bus', () => {
  it('names the bus and our source on every entry', async () => {
    const fake = client();
    const mock = mockClient(fake);
    mock.on(PutEventsCommand).resolves({ Entries: [{ EventId: '1' }] });
    await createEventBridgeBus(fake, 'my-bus').publish([{ name: 'IncidentChanged', detail: { incidentId: 'i', version: 1 } }]);
    expect(mock.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toEqual([
      { EventBusName: 'my-bus', Source: 'yagura', DetailType: 'IncidentChanged', Detail: '{"incidentId":"i","version":1}' },
    ]);
  });

  it('says Unavailable where an entry is never taken', async () => {
    const fake = client();
    mockClient(fake)
      .on(PutEventsCommand)
      .resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });
    const publishing = createEventBridgeBus(fake, 'b').publish([
      { name: 'IncidentChanged', detail: { incidentId: 'i', version: 1 } },
    ]);
    await expect(publishing).rejects.toMatchObject({ name: 'Unavailable', retryable: true });
  });

  it('refuses an event that no call can carry before it sends any', async () => {
    const fake = client();
    const mock = mockClient(fake);
    const large: BusEvent = { name: 'FindingsRaised', detail: { findings: [sampleFinding('a', 'x'.repeat(300_000))] } };
    const publishing = createEventBridgeBus(fake, 'b').publish([
      { name: 'IncidentChanged', detail: { incidentId: 'i', version: 1 } },
      large,
    ]);
    await expect(publishing).rejects.toMatchObject({ name: 'BadInput' });
    expect(mock.commandCalls(PutEventsCommand)).toHaveLength(0);
  });

  it('tells a refusal of the whole call', async () => {
    const fake = client();
    mockClient(fake).on(PutEventsCommand).rejects(serviceError('AccessDeniedException', 400));
    const publishing = createEventBridgeBus(fake, 'b').publish([
      { name: 'IncidentChanged', detail: { incidentId: 'i', version: 1 } },
    ]);
    await expect(publishing).rejects.toMatchObject({ name: 'Refused' });
  });
});
