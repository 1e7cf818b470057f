/** Turns a notice into who gets it: every fitting route, each channel and person once, in their language, within their clearance. */

import { looserTlp, type Tlp } from '../case/marking.ts';
import { levelRank } from '../finding.ts';
import type { Locale } from '../text.ts';
import type { Channel, NotifyConfig, Person, Route } from './config.ts';
import type { Notice } from './notice.ts';

export interface Addressee {
  channel: Channel;
  /** One person's own address, where the notice is for people and the channel can reach them alone. */
  person?: Person;
  locale: Locale;
  clearance: Tlp;
  page: boolean;
}

export function addressees(notice: Notice, { channels, routes, people }: NotifyConfig): Addressee[] {
  const fitting = routes.filter((route) => fits(route, notice));
  return channels.flatMap((channel) => {
    const on = fitting.filter(({ to }) => to.includes(channel.name));
    if (on.length === 0) return [];
    const page = on.some((route) => route.page);
    const named = people.filter(({ name }) => notice.people.includes(name));
    const own = channel.product === 'email' ? named.filter(({ email }) => email !== undefined) : [];
    const all: Addressee = { channel, locale: channel.locale, clearance: channel.clearance, page };
    const each = own.map((person) => ({
      ...all,
      person,
      locale: person.locale ?? channel.locale,
      clearance: looserTlp(channel.clearance, person.clearance ?? channel.clearance),
    }));
    // What concerns people who cannot be reached alone is told to the channel, so that nobody misses it.
    return each.length > 0 && each.length === notice.people.length ? each : [...each, all];
  });
}

function fits({ kinds, minSeverity }: Route, { kind, severity }: Notice): boolean {
  const wanted = kinds === undefined ? kind !== 'test' : kinds.includes(kind);
  return wanted && levelRank(severity) >= levelRank(minSeverity);
}
