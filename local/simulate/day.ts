/** Turns a seed into a day of alerts with hidden attacks, and into quiet days before it. */
import { randomOf } from '../story/random.ts';
import { CHAINS, chainOf } from './chains.ts';
import { type NoiseModel, noiseModelOf, noiseOf, shuffled } from './noise.ts';
import { type Organization, organizationOf } from './organization.ts';
import { type Happening, raise, type SimulatedFinding, type Truth } from './raise.ts';

const DAY_MS = 86_400_000;

export interface DayOptions {
  seed: number;
  /** Alerts of the day, attacks included. */
  alerts: number;
  /** Hidden attacks. */
  chains: number;
  /** Midnight UTC of the judged day, epoch ms. */
  startMs: number;
  /** People of the organization. */
  people: number;
}

export interface HiddenChain {
  truth: Truth;
  kind: string;
  alerts: number;
}

export interface SimulatedDay {
  findings: SimulatedFinding[];
  chains: HiddenChain[];
}

/** One organization, day by day. */
export class Simulation {
  readonly #options: DayOptions;
  readonly #organization: Organization;
  readonly #model: NoiseModel;

  constructor(options: DayOptions) {
    this.#options = options;
    const random = randomOf(options.seed);
    this.#organization = organizationOf(random, options.people);
    this.#model = noiseModelOf(random, this.#organization);
  }

  /** A day without an attack, so many days before the judged one. */
  quietDay(daysBefore: number): SimulatedFinding[] {
    return this.#raised(daysBefore, this.#noise(daysBefore, this.#options.alerts));
  }

  /** The day to judge. */
  attackedDay(): SimulatedDay {
    const { seed, chains: count, startMs, alerts } = this.#options;
    const random = randomOf(seed * 1000 + 999);
    const kinds = Object.keys(CHAINS);
    const chains: HiddenChain[] = [];
    const taken = new Set<string>();
    const attacks = shuffled(
      random,
      Array.from({ length: count }, (_, i) => kinds[i % kinds.length] ?? ''),
    ).flatMap((kind, i) => {
      const truth: Truth = `chain:${i + 1}`;
      const steps = chainOf(kind, { random, organization: this.#organization, taken, startMs, truth });
      chains.push({ truth, kind, alerts: steps.length });
      return steps;
    });
    const noise = this.#noise(0, Math.max(0, alerts - attacks.length));
    return { findings: this.#raised(0, [...attacks, ...noise]), chains };
  }

  #noise(daysBefore: number, count: number): Happening[] {
    const { seed, startMs } = this.#options;
    return noiseOf({
      random: randomOf(seed * 1000 + daysBefore),
      organization: this.#organization,
      model: this.#model,
      startMs: startMs - daysBefore * DAY_MS,
      count,
      day: daysBefore,
    });
  }

  #raised(daysBefore: number, happenings: readonly Happening[]): SimulatedFinding[] {
    const random = randomOf(this.#options.seed * 7919 + daysBefore);
    return happenings.map((happening) => raise(random, happening)).sort((a, b) => a.finding.timeMs - b.finding.timeMs);
  }
}
