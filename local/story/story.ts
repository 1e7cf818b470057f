/** Turns a seed into one day of an organization's CloudTrail with an intrusion in it, and what the truth is. */

import { attackSteps, type Tactic } from './attack.ts';
import { Callers } from './caller.ts';
import { activitiesOf } from './day.ts';
import { deliver, type StoryFile } from './delivery.ts';
import { BORROWED, estateAfter, LEAKED, PLANTED, PRODUCTION, type SimulatedEstate } from './estate.ts';
import { randomOf } from './random.ts';
import { recordOf, type StoryRecord } from './record.ts';

export interface StoryOptions {
  /** The same seed and start give the same bytes. */
  seed: number;
  /** The first moment of the day, epoch ms; a UTC midnight lets the office hours fall where they belong. */
  startMs: number;
}

export interface Story {
  /** Objects as an organization trail's bucket holds them, in the order of delivery. */
  files: StoryFile[];
  attack: {
    /** CloudTrail `eventID`s, in the order of time. */
    eventIds: string[];
    stages: { tactic: Tactic; eventIds: string[] }[];
    /** The leaked key, and whose it is. */
    attackerKeyId: string;
    userName: string;
    accountId: string;
    startedAtMs: number;
    endedAtMs: number;
  };
  /** Records that are not of the attack (two damaged pieces in one file count for neither). */
  benignCount: number;
  /** The accounts after the attack. */
  estate: SimulatedEstate;
}

/** The attack begins in the working day: 13:40 in Tokyo where the day begins at 00:00 UTC. */
const ATTACK_AFTER_MS = (4 * 60 + 40) * 60_000;
const DAY_MS = 86_400_000;

/** Builds the story; deterministic, no clock, no file. */
export function buildStory({ seed, startMs }: StoryOptions): Story {
  const random = randomOf(seed);
  const callers = new Callers(random);
  const benign = activitiesOf(random, callers, startMs);
  const startedAtMs = startMs + ATTACK_AFTER_MS + random.int(0, 1199) * 1000;
  const attack = attackSteps(callers).map(({ tactic, atSec, caller, call }) => {
    const atMs = startedAtMs + (atSec + random.int(0, 3)) * 1000;
    return { tactic, call, ...recordOf(random, atMs, caller(atMs), call) };
  });
  const records: StoryRecord[] = [...benign, ...attack].sort((a, b) => a.atMs - b.atMs);
  const madeAt = (userName: string): number =>
    attack.find(({ call }) => call.name === 'CreateAccessKey' && call.request?.['userName'] === userName)?.atMs ?? startedAtMs;
  const leakedUsedAtMs = attack.findLast(({ tactic }) => tactic === 'defense-impairment')?.atMs ?? startedAtMs;
  const tactics = [...new Set(attack.map(({ tactic }) => tactic))];
  return {
    files: deliver(random, records, startMs + DAY_MS),
    attack: {
      eventIds: attack.map(({ eventId }) => eventId),
      stages: tactics.map((tactic) => ({
        tactic,
        eventIds: attack.filter((step) => step.tactic === tactic).map(({ eventId }) => eventId),
      })),
      attackerKeyId: LEAKED.keyId,
      userName: LEAKED.userName,
      accountId: PRODUCTION,
      startedAtMs,
      endedAtMs: attack.at(-1)?.atMs ?? startedAtMs,
    },
    benignCount: benign.length,
    estate: estateAfter({
      startMs,
      plantedAtMs: madeAt(PLANTED.userName),
      borrowedAtMs: madeAt(BORROWED.userName),
      leakedUsedAtMs,
    }),
  };
}
