/** Turns a person's word that some alerts of an incident are another story into a decision which correlation keeps to from then on. */
import * as z from 'zod';
import { shortId } from './digest.ts';
import { YaguraError } from './error.ts';

const MAX_ALERTS = 400;

export const linkDecisionSchema = z.object({
  id: z.string(),
  /** Alerts that stay together on each side, and never with those of the other. */
  sides: z.tuple([z.array(z.string()), z.array(z.string())]),
  by: z.string(),
  reason: z.string(),
  atMs: z.number(),
});
export type LinkDecision = z.infer<typeof linkDecisionSchema>;

export interface Parting {
  incidentId: string;
  /** Every alert of the incident. */
  alertIds: readonly string[];
  /** Those that are another story. */
  apart: readonly string[];
  by: string;
  reason: string;
  atMs: number;
}

/** @throws YaguraError BadInput where nothing, everything, or something of another incident is set apart */
export function parting({ incidentId, alertIds, apart, by, reason, atMs }: Parting): LinkDecision {
  const chosen = [...new Set(apart)].sort();
  const strangers = chosen.filter((id) => !alertIds.includes(id));
  const rest = alertIds.filter((id) => !chosen.includes(id)).sort();
  const refuse = (value: string, allowed: string, fix: string): never => {
    throw new YaguraError('BadInput', `${incidentId} cannot be parted so`, {
      problems: [{ what: `alerts: ${value}`, allowed, fix }],
    });
  };
  if (strangers.length > 0)
    refuse(
      strangers.slice(0, 5).join(', '),
      `alerts of ${incidentId}`,
      'take ids from `yagura incidents show … --json`, alertIds',
    );
  if (chosen.length === 0) refuse('none', 'at least one alert', 'name the alerts that are another story');
  if (rest.length === 0) refuse('all of them', 'fewer than all', 'leave at least one alert where it is');
  if (chosen.length + rest.length > MAX_ALERTS)
    refuse(String(alertIds.length), `incidents of up to ${MAX_ALERTS} alerts`, 'suppress the rule that floods it first');
  return { id: shortId('parting', incidentId, ...chosen, String(atMs)), sides: [chosen, rest], by, reason, atMs };
}
