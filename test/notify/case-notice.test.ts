import { describe, expect, it } from 'vitest';
import type { CaseEvent, NewCaseEvent } from '../../functions/core/case/event.ts';
import { chained, GENESIS } from '../../functions/core/case/event.ts';
import { projectCase } from '../../functions/core/case/project.ts';
import { caseNotices } from '../../functions/core/notify/case-notice.ts';
import type { Notice } from '../../functions/core/notify/notice.ts';
import { notify } from '../../functions/notify/stage.ts';
import { commitCases } from '../../functions/ports/case-store.ts';
import { configOf, room, T0 } from './room.ts';

const opened = {
  kind: 'opened' as const,
  data: {
    ...{ title: 'Key stolen', severity: 'high' as const, severityBefore: null, alertsAdded: ['AL-1', 'AL-2'], alertsRemoved: [] },
    ...{ eventCount: 9, mergedInto: null, incidentDigest: 'x' },
  },
};
const updated = (more: object) => ({
  kind: 'updated' as const,
  data: { ...opened.data, severityBefore: 'high' as const, ...more },
});

function story(...steps: (NewCaseEvent & { actor?: string })[]): Notice[][] {
  const events: CaseEvent[] = [];
  for (const { actor = 'yagura', ...step } of [opened, ...steps] as (NewCaseEvent & { actor?: string })[]) {
    const prevHash = events.at(-1)?.hash ?? GENESIS;
    events.push(chained({ incidentId: 'INC-1', seq: events.length + 1, atMs: T0 + events.length, actor, prevHash, ...step }));
  }
  const state = projectCase(events);
  if (state === undefined) throw new Error('no case');
  return events.map((event) => caseNotices(event, state));
}
const last = (...steps: Parameters<typeof story>): Notice | undefined => story(...steps).at(-1)?.[0];

describe('what people are told of a case', () => {
  it.each<[string, NewCaseEvent & { actor?: string }, Partial<Notice> | undefined]>([
    ['growth', updated({ alertsAdded: ['AL-3'] }), { kind: 'incident_grew' }],
    ['a change without alerts', updated({ alertsAdded: [] }), undefined],
    ['a graver incident', updated({ severity: 'critical' }), { kind: 'severity_raised', severity: 'critical' }],
    [
      'an owner',
      { actor: 'bob', kind: 'assigned', data: { from: null, to: 'aiko', reason: '' } },
      { kind: 'assigned', people: ['aiko'] },
    ],
    [
      'who takes it',
      { actor: 'aiko', kind: 'assigned', data: { from: null, to: 'aiko', reason: '' } },
      { kind: 'assigned', people: [] },
    ],
    ['nobody as owner', { actor: 'bob', kind: 'assigned', data: { from: 'x', to: null, reason: '' } }, undefined],
    ['a first look', { actor: 'bob', kind: 'acknowledged', data: {} }, { kind: 'assigned' }],
    [
      'a mention, under the comment’s own marking',
      { actor: 'bob', kind: 'commented', data: { text: '@aiko look', mentions: ['aiko'], tlp: 'RED' } },
      { kind: 'mentioned', people: ['aiko'], tlp: 'RED' },
    ],
    ['a comment to nobody', { actor: 'bob', kind: 'commented', data: { text: 'hm', mentions: [], tlp: null } }, undefined],
    [
      'a clock at half its time',
      { kind: 'sla_alarmed', data: { clock: 'contain', percent: 50, dueMs: T0, priority: 'P1' } },
      undefined,
    ],
    [
      'a clock that runs out',
      { kind: 'sla_alarmed', data: { clock: 'contain', percent: 90, dueMs: T0, priority: 'P1' } },
      { kind: 'sla_due' },
    ],
    [
      'a missed clock',
      { kind: 'sla_alarmed', data: { clock: 'contain', percent: 100, dueMs: T0, priority: 'P1' } },
      { kind: 'sla_breached' },
    ],
    ['a lower severity', { actor: 'bob', kind: 'severity_set', data: { from: 'high', to: 'low', reason: 'x' } }, undefined],
    [
      'an escalation',
      { actor: 'bob', kind: 'escalated', data: { from: 'tier1', to: 'tier2', reason: 'x' } },
      { kind: 'escalated' },
    ],
    ['a closing', { actor: 'bob', kind: 'closed', data: { reason: 'done', proposedBy: null } }, { kind: 'incident_closed' }],
    [
      'a closing that needs another person',
      { actor: 'bob', kind: 'close_proposed', data: { reason: 'done' } },
      { kind: 'approval_asked' },
    ],
    ['a response', { kind: 'response', data: { runId: 'run-1', outcome: 'failed' } }, { kind: 'response_ended' }],
    ['work', { actor: 'bob', kind: 'work_started', data: {} }, undefined],
  ])('%s', (_, step, expected) => {
    const told = last(step);
    if (expected === undefined) expect(told).toBeUndefined();
    else expect(told).toMatchObject({ subject: 'INC-1', ...expected });
  });

  it('has the marking, the owner and the severity that the case has now', () => {
    const [first] =
      story({ actor: 'bob', kind: 'marking_set', data: { tlp: 'AMBER+STRICT', pap: 'AMBER', reason: 'x' } })[0] ?? [];
    expect(first).toMatchObject({ kind: 'incident_opened', tlp: 'AMBER+STRICT', change: { en: '2 alerts of 9 events' } });
  });

  it('comes from the bus by way of the case, each event once however often it is announced', async () => {
    const at = room({ standIns: {} });
    await commitCases(at.table, [
      {
        incidentId: 'INC-1',
        before: undefined,
        events: [opened, { kind: 'acknowledged', data: {} }],
        actor: { id: 'bob', kind: 'human' },
        atMs: T0,
      },
    ]);
    const changed = { name: 'CaseChanged' as const, detail: { incidentId: 'INC-1', fromSeq: 1, seq: 2, kinds: [] } };
    await notify([changed, changed], at, configOf(['email']));
    await notify([{ ...changed, detail: { ...changed.detail, fromSeq: 2 } }], at, configOf(['email']));
    expect(at.letters).toHaveLength(2);
  });
});
