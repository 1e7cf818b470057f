/** Indicators → an index that is asked once for each observable of each event: a look-up in a map, a few more for domains and networks. */
import ipaddr from 'ipaddr.js';
import type { OcsfObservable } from '../ocsf/event.ts';
import type { Indicator } from './indicator.ts';
import { normalIp, normalUrl } from './value.ts';

export interface IndicatorHit {
  indicator: Indicator;
  /** As the event has it. */
  value: string;
  /** The attribute that holds it. */
  name: string;
}

/** OCSF observable types. @see https://schema.ocsf.io/1.8.0/objects/observable */
const [HOSTNAME, IP, EMAIL, URL, HASH] = [1, 2, 5, 6, 8];

const MAX_KNOWN = 50_000;

export class IndicatorIndex {
  readonly size: number;
  readonly #exact = new Map<string, Indicator>();
  /** Prefix length → the masked network → indicator. */
  readonly #v4: [bits: number, networks: Map<number, Indicator>][] = [];
  readonly #v6: { network: [ipaddr.IPv6, number]; indicator: Indicator }[] = [];
  readonly #hasDomains: boolean;
  /** Values repeat in logs: most answers are known. */
  readonly #known = new Map<string, Indicator | undefined>();

  constructor(indicators: readonly Indicator[]) {
    this.size = indicators.length;
    const v4 = new Map<number, Map<number, Indicator>>();
    for (const indicator of indicators) {
      if (indicator.type === 'cidr') this.#addNetwork(indicator, v4);
      else this.#exact.set(indicator.value, surer(this.#exact.get(indicator.value), indicator));
    }
    this.#v4 = [...v4].sort(([a], [b]) => b - a);
    this.#hasDomains = indicators.some(({ type }) => type === 'domain');
  }

  /** What of the event is an indicator that was worth looking for then; each indicator once. */
  hits(observables: readonly OcsfObservable[], timeMs: number): IndicatorHit[] {
    if (this.size === 0) return NONE;
    let hits: IndicatorHit[] | undefined;
    for (let i = 0; i < observables.length; i++) {
      const observable = observables[i];
      if (observable === undefined) continue;
      const indicator = this.#find(observable);
      if (indicator === undefined || (indicator.untilMs !== undefined && timeMs >= indicator.untilMs)) continue;
      hits ??= [];
      if (!hits.some((hit) => hit.indicator === indicator))
        hits.push({ indicator, value: observable.value, name: observable.name });
    }
    return hits ?? NONE;
  }

  #find({ type_id, value }: OcsfObservable): Indicator | undefined {
    switch (type_id) {
      case IP:
      case HOSTNAME:
      case URL: {
        const key = type_id === IP ? value : `${type_id}${value}`;
        const known = this.#known.get(key);
        if (known !== undefined || this.#known.has(key)) return known;
        const found = this.#look(type_id, value);
        // A flood of new values must not fill the memory.
        if (this.#known.size >= MAX_KNOWN) this.#known.clear();
        this.#known.set(key, found);
        return found;
      }
      default:
        return this.#look(type_id, value);
    }
  }

  #look(type_id: number, value: string): Indicator | undefined {
    switch (type_id) {
      case IP:
        return this.#exact.get(value) ?? this.#ofAddress(value);
      case HOSTNAME:
        return this.#ofHost(value);
      case URL:
        return this.#ofUrl(value);
      case HASH:
      case EMAIL:
        return this.#exact.get(value) ?? this.#exact.get(value.toLowerCase());
      default:
        return undefined;
    }
  }

  #ofAddress(value: string): Indicator | undefined {
    if (value.includes(':')) return this.#ofV6(value);
    if (this.#v4.length === 0) return undefined;
    const number = v4Number(value);
    if (number === undefined) return undefined;
    for (const [bits, networks] of this.#v4) {
      const found = networks.get(masked(number, bits));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #ofV6(value: string): Indicator | undefined {
    const normal = normalIp(value.toLowerCase());
    const exact = this.#exact.get(normal);
    if (exact !== undefined || this.#v6.length === 0 || !ipaddr.IPv6.isValid(normal)) return exact;
    const address = ipaddr.IPv6.parse(normal);
    return this.#v6.find(({ network }) => address.match(network))?.indicator;
  }

  /** The name itself, and every domain above it. */
  #ofHost(value: string): Indicator | undefined {
    if (!this.#hasDomains && !this.#exact.has(value)) return undefined;
    let name = value.toLowerCase();
    if (name.endsWith('.')) name = name.slice(0, -1);
    for (let at = 0; at >= 0; ) {
      const found = this.#exact.get(at === 0 ? name : name.slice(at));
      if (found !== undefined) return found;
      const dot = name.indexOf('.', at);
      at = dot < 0 ? -1 : dot + 1;
    }
    return undefined;
  }

  #ofUrl(value: string): Indicator | undefined {
    const normal = normalUrl(value);
    if (normal === undefined) return this.#exact.get(value);
    const host = /^[^:]+:\/\/([^/?]+)/.exec(normal)?.[1]?.replace(/:\d+$/, '') ?? '';
    return this.#exact.get(normal) ?? this.#ofHost(host) ?? this.#ofAddress(host);
  }

  #addNetwork(indicator: Indicator, v4: Map<number, Map<number, Indicator>>): void {
    const [address, bits] = ipaddr.parseCIDR(indicator.value);
    if (address instanceof ipaddr.IPv6) {
      this.#v6.push({ network: [address, bits], indicator });
      return;
    }
    const networks = v4.get(bits) ?? new Map<number, Indicator>();
    v4.set(bits, networks);
    const network = masked(v4Number(address.toString()) ?? 0, bits);
    networks.set(network, surer(networks.get(network), indicator));
  }
}

const NONE: IndicatorHit[] = [];
const surer = (a: Indicator | undefined, b: Indicator): Indicator => (a !== undefined && a.confidence >= b.confidence ? a : b);
const masked = (number: number, bits: number): number => Math.floor(number / 2 ** (32 - bits));

function v4Number(text: string): number | undefined {
  let [number, octet, dots]: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      number = number * 256 + octet;
      octet = 0;
      dots++;
    } else if (code >= 48 && code <= 57) octet = octet * 10 + code - 48;
    else return undefined;
  }
  return dots === 3 ? number * 256 + octet : undefined;
}
