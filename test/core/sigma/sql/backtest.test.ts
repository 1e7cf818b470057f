/** A backtest over a small lake: matches a day, principals, events, and the refusals. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../functions/core/json.ts';
import { parseSigma } from '../../../../functions/core/sigma/parse.ts';
import { backtest } from '../../../../functions/core/sigma/sql/backtest.ts';
import { distinct, type RecordLake, recordLake } from '../../../parity/lake-verdicts.ts';

const rule = (detection: object) => {
  const logsource = { product: 'aws', service: 'cloudtrail' };
  const text = JSON.stringify({
    title: 'Keys',
    id: '5b3b7c1e-4f0a-4a51-9f6e-0a1b2c3d4e5f',
    status: 'test',
    level: 'low',
    logsource,
    detection,
  });
  const [one] = parseSigma(text, 'rule.yml').rules;
  if (one === undefined) throw new Error('no rule');
  return one;
};
const event = (day: string, eventName: string, user: string): JsonObject => ({
  eventTime: `2026-11-${day}T09:00:00Z`,
  eventName,
  eventSource: 'iam.amazonaws.com',
  eventID: 'x',
  awsRegion: 'us-east-1',
  userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::111122223333:user/${user}`, principalId: `AIDA${user}` },
});

describe('a backtest', () => {
  let lake: RecordLake;
  beforeAll(async () => {
    lake = await recordLake(
      distinct([
        event('18', 'CreateAccessKey', 'ann'),
        event('20', 'CreateAccessKey', 'ann'),
        event('20', 'CREATEACCESSKEY', 'bob'),
        event('20', 'ListUsers', 'bob'),
        event('25', 'CreateAccessKey', 'bob'),
      ]),
    );
  });
  afterAll(() => lake.close());
  const keys = rule({ s: { eventName: 'createaccesskey' }, condition: 's' });

  it('counts events, matches, days and principals of the window only', async () => {
    const result = await backtest(keys, lake.query, { fromDay: '20261117', toDay: '20261121' });
    expect(result).toMatchObject({
      windowDays: 5,
      events: 4,
      matches: 3,
      perDay: [
        { day: '20261118', count: 1 },
        { day: '20261120', count: 2 },
      ],
      topPrincipals: [
        { id: 'arn:aws:iam::111122223333:user/ann', count: 2 },
        { id: 'arn:aws:iam::111122223333:user/bob', count: 1 },
      ],
    });
    expect(result.scannedBytes).toBeGreaterThan(0);
  });

  it('gives zeros where nothing lies in the window', async () => {
    const result = await backtest(keys, lake.query, { fromDay: '20250101', toDay: '20250101' });
    expect(result).toMatchObject({ windowDays: 1, events: 0, matches: 0, perDay: [], topPrincipals: [] });
  });

  it('refuses a rule that is unsupported, with the reason, and a window that runs backwards', async () => {
    const week = rule({ s: { 'eventTime|week': 3 }, condition: 's' });
    await expect(backtest(week, lake.query, { fromDay: '20261101', toDay: '20261102' })).rejects.toThrow(/week/);
    await expect(backtest(keys, lake.query, { fromDay: '20261102', toDay: '20261101' })).rejects.toThrow(/no day/);
  });
});
