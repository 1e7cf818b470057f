/** A table, a clock that tests turn, a mailbox and the vendors' server → everything that delivering needs. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NotifyConfig, notifyProblems, notifySchema } from '../../functions/core/notify/config.ts';
import type { Notice } from '../../functions/core/notify/notice.ts';
import type { DeliverPorts } from '../../functions/notify/deliver.ts';
import type { Letter } from '../../functions/ports/mail.ts';
import { createLocalHttp } from '../../local/adapters/fetch-http.ts';
import { createSqliteTable } from '../../local/adapters/sqlite-table.ts';
import type { Vendors } from './vendors.ts';

export const T0 = Date.UTC(2026, 0, 5, 12, 0, 0);
export const MIN = 60_000;
export const HOUR = 60 * MIN;

const SECRETS: Readonly<Record<string, string>> = {
  bot: 'xoxb-secret',
  hook: 'https://hooks.slack.com/services/T0/B0/topsecret',
  flow: 'https://prod-00.westus.logic.azure.com:443/workflows/abc/triggers/manual/paths/invoke?sig=verysecret',
  pager: 'R0123',
  jira: 'bot@example.com:token',
  snow: 'apikey:k1',
  sign: 'shared-key',
};

export interface Room extends DeliverPorts {
  letters: Letter[];
  counts: Record<string, number>;
  setNow(ms: number): void;
}

export function room(vendors: Pick<Vendors, 'standIns'>): Room {
  let nowMs = T0;
  const letters: Letter[] = [];
  const counts: Record<string, number> = {};
  return {
    table: createSqliteTable(join(mkdtempSync(join(tmpdir(), 'notify-')), 'yagura.db')),
    http: createLocalHttp(vendors.standIns),
    secrets: {
      get: async (reference) => SECRETS[reference] ?? Promise.reject(new Error(`no secret ${reference}`)),
    },
    mail: {
      send: async (letter) => {
        letters.push(letter);
      },
    },
    clock: { nowMs: () => nowMs },
    meter: {
      count: (values) => {
        for (const [name, value] of Object.entries(values)) counts[name] = (counts[name] ?? 0) + value;
      },
    },
    letters,
    counts,
    setNow: (ms) => {
      nowMs = ms;
    },
  };
}

export const CHANNELS = {
  slack: { name: 'slack', product: 'slack', channel: 'C012345678', secret: 'bot', clearance: 'AMBER' },
  hook: { name: 'hook', product: 'slack-webhook', secret: 'hook', clearance: 'AMBER' },
  teams: { name: 'teams', product: 'teams', secret: 'flow', clearance: 'AMBER' },
  email: { name: 'email', product: 'email', from: 'yagura@example.com', to: ['soc@example.com'], clearance: 'AMBER' },
  pager: { name: 'pager', product: 'pagerduty', secret: 'pager', clearance: 'AMBER' },
  jira: { name: 'jira', product: 'jira', site: 'acme.atlassian.net', project: 'SEC', secret: 'jira', clearance: 'AMBER' },
  snow: { name: 'snow', product: 'servicenow', instance: 'acme.service-now.com', secret: 'snow', clearance: 'AMBER' },
  own: { name: 'own', product: 'webhook', url: 'https://soc.example.com/in', secret: 'sign', clearance: 'AMBER' },
} as const;

/** The named channels, each with a route for everything. */
export function configOf(
  names: readonly (keyof typeof CHANNELS)[],
  more: Record<string, unknown> = {},
  channel: Record<string, unknown> = {},
): NotifyConfig {
  const config = notifySchema.parse({
    channels: names.map((name) => ({ ...CHANNELS[name], ...channel })),
    routes: [{ to: [...names], minSeverity: 'informational' }],
    link: 'https://soc.example.com/incidents/',
    ...more,
  });
  const problems = notifyProblems(config);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return config;
}

let change = 0;
export function notice(more: Partial<Notice> = {}): Notice {
  change += 1;
  return {
    kind: 'incident_opened',
    subject: 'INC-0001',
    changeId: `c${change}`,
    severity: 'high',
    tlp: 'GREEN',
    atMs: T0,
    title: { en: 'Key of eve stolen', ja: 'eve のキーが盗用' },
    change: { en: '3 alerts of 9 events', ja: 'アラート 3 件' },
    facts: [{ name: { en: 'Owner', ja: '担当者' }, value: { en: 'nobody yet', ja: '未割り当て' } }],
    people: [],
    ...more,
  };
}
