import { expect, test } from 'vitest';
import { incidentText } from '../../functions/core/incident-text.ts';
import { Suppressor } from '../../functions/core/suppression/apply.ts';
import { parseSuppression } from '../../functions/core/suppression/file.ts';
import { prepared } from '../../functions/correlate/content.ts';
import { desk, finding, HOUR, T0, user } from './story.ts';

const { suppression } = parseSuppression(
  [
    'title: Keys of the deployer',
    'reason: It makes them on every run',
    'owner: soc@example.com',
    'date: 2025-01-01',
    'expires: 2025-12-31',
    'rules: [noisy]',
    'match: {who: {actor.principal|endswith: user/deployer}, condition: who}',
  ].join('\n'),
  'suppressions/deployer.yml',
);
if (suppression === undefined) throw new Error('it parses');
const content = { suppressor: new Suppressor([suppression]) };
const noisy = (name: string, atMs = T0) => finding({ rule: 'noisy', atMs, entities: [user(name)] });

test('what is suppressed makes no incident of its own, and the same of another does', async () => {
  const at = desk();
  await at.correlate(prepared([noisy('deployer')], content));
  expect(await at.incidents()).toEqual([]);
  await at.correlate(prepared([noisy('eve')], content));
  expect((await at.incidents()).length).toBe(1);
});

test('it still supports the incident of its actor, and says that it was suppressed', async () => {
  const at = desk();
  const grave = finding({ rule: 'grave', atMs: T0 + HOUR, entities: [user('deployer')], tactics: ['exfiltration'] });
  await at.correlate(prepared([noisy('deployer'), grave], content));
  const [incident] = await at.incidents();
  expect(incident?.timeline).toMatchObject([
    { ruleId: 'noisy', isSupport: true, suppressedBy: 'deployer' },
    { ruleId: 'grave', isSupport: false },
  ]);
  if (incident === undefined) throw new Error('there is one');
  expect(incidentText(incident, 'en', { nowMs: T0 })).toContain('(suppressed by deployer)');
  expect(incidentText(incident, 'ja', { nowMs: T0 })).toContain('(抑止: deployer)');
});
