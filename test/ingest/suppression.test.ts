import { expect, test } from 'vitest';
import { Suppressor } from '../../functions/core/suppression/apply.ts';
import { parseSuppression } from '../../functions/core/suppression/file.ts';
import { ingest } from '../../functions/ingest/stage.ts';
import { trailStopped } from '../local/cloudtrail-records.ts';
import { arrive, content, world } from './world.ts';

const record = trailStopped(2);
const suppressorOf = (raw: string): Suppressor => {
  const { suppression, problems } = parseSuppression(
    [
      'title: Trails are stopped by hand in this test',
      'reason: The test says so itself',
      'owner: soc@example.com',
      'date: 2020-01-01',
      'expires: 2020-12-31',
      'rules: any',
      `match: {call: {raw.eventID: ${raw}}, condition: call}`,
    ].join('\n'),
    'suppressions/trail.yml',
  );
  if (suppression === undefined) throw new Error(JSON.stringify(problems));
  return new Suppressor([{ ...suppression, fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER }]);
};

async function findingsWith(suppressor?: Suppressor): Promise<{ level: string; suppressedBy?: string }[]> {
  const { ports, published } = world({ 'a.json': JSON.stringify({ Records: [record] }) });
  await ingest(arrive('a.json'), ports, { ...content, ...(suppressor === undefined ? {} : { suppressor }) });
  return (published as { detail: { findings: { level: string; suppressedBy?: string }[] } }[]).flatMap(
    ({ detail }) => detail.findings,
  );
}

test('a suppression that reads the raw record makes a signal of the finding in the ingest pass, and loses none', async () => {
  const loud = await findingsWith();
  const quiet = await findingsWith(suppressorOf(String(record['eventID'])));
  expect(loud.some(({ level }) => level === 'high' || level === 'critical')).toBe(true);
  expect(quiet.length).toBe(loud.length);
  expect(quiet.every(({ suppressedBy, level }) => suppressedBy === 'trail' && ['low', 'informational'].includes(level))).toBe(
    true,
  );
});

test('another event is as loud as before', async () => {
  expect(await findingsWith(suppressorOf('another'))).toEqual(await findingsWith());
});
