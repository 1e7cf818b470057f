/** The noise of a day: rules that cry wolf by Zipf's law, deployments, admin work, new phones, scanners, drills; nobody attacks. */
import type { Random } from '../story/random.ts';
import { newSession, type Organization, one, type Person, type Pipeline } from './organization.ts';
import type { Happening, Truth } from './raise.ts';
import type { AwsCaller } from './records.ts';
import { RULES, type SimulatedRule } from './rules.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Rules that fire on what deployments, administrators and users do all the time. */
const CI_RULES =
  'aws-role-policy aws-open-to-world aws-function-code aws-parameter-read aws-secret-read aws-assume-other-account aws-list-buckets aws-user-data aws-role-trust aws-bucket-public'.split(
    ' ',
  );
const ADMIN_RULES =
  'aws-user-created aws-key-created aws-login-profile aws-role-policy aws-role-trust aws-open-to-world aws-admin-policy aws-list-users aws-flow-logs-deleted aws-config-stopped aws-command-on-hosts okta-admin-granted okta-app-added okta-policy-changed entra-access-policy entra-role-assigned entra-app-credential github-protection-off github-secret-changed google-admin-role'.split(
    ' ',
  );
const PHONE_RULES = 'okta-new-device entra-method-added google-app-allowed entra-legacy-sign-in'.split(' ');
const TRAVEL_RULES = 'entra-impossible-travel okta-anonymizer okta-new-device google-shared-outside'.split(' ');
const PRODUCT_TYPES: readonly (readonly [string, number])[] = [
  ['Recon:EC2/PortProbeUnprotectedPort', 2],
  ['UnauthorizedAccess:EC2/SSHBruteForce', 2],
  ['Behavior:EC2/NetworkPortUnusual', 5],
  ['Recon:EC2/Portscan', 5],
  ['DlpRuleMatch', 5],
  ['DlpRuleMatch', 2],
  ['AlertTriggered', 5],
  ['security.threat.detected', 5],
];

/** What stays the same from day to day: how loud each rule is, and who usually sets it off. */
export interface NoiseModel {
  rules: { rule: SimulatedRule; weight: number; regulars: Person[] }[];
  /** Which rules each pipeline's deployments set off. */
  pipelines: { pipeline: Pipeline; rules: string[] }[];
  admins: { person: Person; rules: string[] }[];
  products: { type: string; severity: number; hosts: string[]; weight: number }[];
}

export interface NoiseShares {
  pipelines: number;
  admins: number;
  products: number;
}

const SHARES: NoiseShares = { pipelines: 0.24, admins: 0.05, products: 0.16 };

export function noiseModelOf(random: Random, organization: Organization): NoiseModel {
  // A few rules make most of the noise, in every organization another few, and a few more or less steeply.
  const steepness = 1.2 + random.next();
  // The loudest rule may be of any level: nobody chose it to be loud.
  const loud = shuffled(
    random,
    RULES.filter(({ info }) => info.level !== 'critical'),
  );
  const quiet = RULES.filter(({ info }) => info.level === 'critical');
  const rules = [...loud, ...quiet].map((rule, rank) => ({
    rule,
    weight: rule.info.level === 'critical' ? 0.01 : 1 / (rank + 1) ** steepness,
    regulars: Array.from({ length: random.int(1, 25) }, () => one(random, performers(rule, organization))),
  }));
  return {
    rules,
    pipelines: organization.pipelines.map((pipeline) => ({
      pipeline,
      rules: shuffled(random, CI_RULES).slice(0, random.int(2, 6)),
    })),
    admins: organization.byDepartment.platform.map((person) => ({
      person,
      rules: shuffled(random, ADMIN_RULES).slice(0, random.int(4, 9)),
    })),
    products: PRODUCT_TYPES.map(([type, severity]) => ({
      type,
      severity,
      hosts: shuffled(random, organization.hosts).slice(0, random.int(3, 30)),
      weight: random.int(1, 8),
    })),
  };
}

/** Who can set a rule off at all. */
function performers({ source, name }: SimulatedRule, { byDepartment, people }: Organization): readonly Person[] {
  const { engineering, platform } = byDepartment;
  if (/admin|role|policy|trail|detector|config|flow-logs|organization/.test(name))
    return [...platform, ...engineering.slice(0, 20)];
  return source === 'aws-cloudtrail' || source === 'github' ? engineering : people;
}

export interface NoiseDay {
  random: Random;
  organization: Organization;
  model: NoiseModel;
  startMs: number;
  count: number;
  /** 0 is the day that is judged, 1 the one before. */
  day: number;
}

/** About `count` happenings, exactly so many after the cut; drills count too. */
export function noiseOf(of: NoiseDay): Happening[] {
  const { random, count } = of;
  const found: Happening[] = [...drill(of), ...phones(of), ...travels(of), ...adminWork(of, count * SHARES.admins)];
  const upTo = (target: number, make: () => Happening[]): void => {
    while (found.length < target) found.push(...make());
  };
  const rest = count - found.length;
  const products = found.length + rest * SHARES.products;
  upTo(products, () => [product(of)]);
  upTo(products + rest * SHARES.pipelines, () => deployment(of));
  upTo(count, () => [rulesNoise(of)]);
  return shuffled(random, found).slice(0, count);
}

/** Office hours in Tokyo for most, any hour for some. */
function workMs({ random, startMs }: NoiseDay): number {
  if (random.chance(0.15)) return startMs + random.int(0, DAY_MS - 1);
  const hours = random.chance(0.5) ? random.int(0, 3) : random.int(4, 9);
  return startMs + hours * HOUR_MS + random.int(0, HOUR_MS - 1);
}

const addressOf = (random: Random, { homeIp, officeIp }: Person): string => (random.chance(0.45) ? officeIp : homeIp);

/** A person's session at AWS through single sign-on, one for a third of a day. */
const sessions = new WeakMap<Person, { third: number; keyId: string; ip: string }>();
export function signedOn(random: Random, organization: Organization, person: Person, atMs: number): AwsCaller {
  const third = Math.floor(atMs / (8 * HOUR_MS));
  const known = sessions.get(person);
  const session = known?.third === third ? known : { third, keyId: newSession(random), ip: addressOf(random, person) };
  sessions.set(person, session);
  const account = organization.accounts[person.email.length % organization.accounts.length] ?? '';
  return {
    account,
    ip: session.ip,
    keyId: session.keyId,
    role: 'AWSReservedSSO_Engineer_0123456789abcdef',
    session: person.email,
  };
}

interface Act {
  rule: string;
  person: Person;
  atMs: number;
  truth?: Truth;
  ip?: string;
}

/** One alert about what a person did. */
export function act({ random, organization }: NoiseDay, { rule, person, atMs, truth = 'noise', ip }: Act): Happening {
  const isAws = rule.startsWith('aws-');
  const target = rule.startsWith('github-')
    ? one(random, organization.repos)
    : /bucket|download|delete|versioning/.test(rule)
      ? one(random, organization.buckets)
      : undefined;
  const aws = isAws ? signedOn(random, organization, person, atMs) : undefined;
  return {
    truth,
    rule,
    deed: {
      atMs,
      person,
      ip: ip ?? addressOf(random, person),
      ...(aws === undefined ? {} : { aws: ip === undefined ? aws : { ...aws, ip } }),
      ...(target === undefined ? {} : { target }),
      ...(/user-created|key-created|login-profile/.test(rule)
        ? { opens: { keyId: `AKIA${random.text(9, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ')}EXAMPLE`, user: `svc-${random.hex(5)}` } }
        : {}),
    },
  };
}

function rulesNoise(of: NoiseDay): Happening {
  const { random, model } = of;
  const { rule, regulars } = weighted(random, model.rules);
  const person = random.chance(0.78) ? zipf(random, regulars) : one(random, performers(rule, of.organization));
  return act(of, { rule: rule.name, person, atMs: workMs(of) });
}

function deployment(of: NoiseDay): Happening[] {
  const { random, model, startMs } = of;
  const { pipeline, rules } = zipf(random, model.pipelines);
  const atMs = startMs + random.int(0, DAY_MS - 1);
  const run = String(random.int(10_000_000, 99_999_999));
  const aws: AwsCaller = {
    account: pipeline.account,
    ip: pipeline.ip,
    keyId: newSession(random),
    role: pipeline.role,
    session: `run-${run}`,
  };
  return Array.from({ length: random.int(1, 4) }, (_, i): Happening => {
    const rule = one(random, rules);
    return { truth: 'noise', rule, deed: { atMs: atMs + i * random.int(5, 90) * 1000, aws } };
  });
}

function adminWork(of: NoiseDay, count: number): Happening[] {
  const { random, model } = of;
  const found: Happening[] = [];
  while (found.length < count) {
    const { person, rules } = one(random, model.admins);
    const kinds = shuffled(random, rules).slice(0, random.int(1, 5));
    const atMs = workMs(of);
    for (let i = random.int(2, 10); i > 0; i--)
      found.push(act(of, { rule: one(random, kinds), person, atMs: atMs + random.int(0, 2 * HOUR_MS) }));
  }
  return found;
}

function phones(of: NoiseDay): Happening[] {
  const { random, organization } = of;
  return Array.from({ length: random.int(6, 14) }).flatMap(() => {
    const person = one(random, organization.people);
    const helper = one(random, organization.byDepartment.helpdesk);
    const atMs = workMs(of);
    const reset: Happening = {
      truth: 'noise',
      rule: 'okta-factor-reset',
      deed: { atMs, person: helper, ip: helper.officeIp, target: person.email },
    };
    const kinds = shuffled(random, PHONE_RULES).slice(0, random.int(1, 3));
    return [reset, ...kinds.map((rule) => act(of, { rule, person, atMs: atMs + random.int(60_000, HOUR_MS) }))];
  });
}

function travels(of: NoiseDay): Happening[] {
  const { random, organization } = of;
  return Array.from({ length: random.int(3, 9) }).flatMap(() => {
    const person = one(random, organization.people);
    const ip = `2001:db8:ffff:${random.hex(4)}::1`;
    const atMs = workMs(of);
    const kinds = shuffled(random, TRAVEL_RULES).slice(0, random.int(1, 3));
    return kinds.map((rule) => act(of, { rule, person, ip, atMs: atMs + random.int(0, 5 * HOUR_MS) }));
  });
}

/** A break-glass drill or an announced test every other day: it looks like an attack, and is permitted. */
function drill(of: NoiseDay): Happening[] {
  const { random, organization, startMs, day } = of;
  if (!random.chance(0.5)) return [];
  const truth: Truth = `drill:${day}`;
  const account = one(random, organization.accounts);
  const aws: AwsCaller = { account, ip: one(random, organization.officeIps), keyId: newSession(random), isRoot: true };
  const atMs = startMs + random.int(0, 9) * HOUR_MS;
  return ['aws-root-login', 'aws-list-users', 'aws-login-profile', 'aws-admin-policy'].map((rule, i) => ({
    truth,
    rule,
    deed: { atMs: atMs + i * 240_000, aws },
  }));
}

function product(of: NoiseDay): Happening {
  const { random, organization, model } = of;
  const { type, severity, hosts } = weighted(random, model.products);
  const isHost = type.includes(':');
  return {
    truth: 'noise',
    product: {
      type,
      severity,
      atMs: isHost ? of.startMs + random.int(0, DAY_MS - 1) : workMs(of),
      account: one(random, organization.accounts),
      ip: `2001:db8:5ca0:${random.hex(3)}::${random.hex(1)}`,
      ...(isHost ? { host: zipf(random, hosts) } : { email: one(random, organization.people).email }),
    },
  };
}

export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** The first of a list is met most. */
function zipf<T>(random: Random, items: readonly T[]): T {
  return weighted(
    random,
    items.map((item, rank) => ({ item, weight: 1 / (rank + 1) })),
  ).item;
}

function weighted<T extends { weight: number }>(random: Random, items: readonly T[]): T {
  let left = random.next() * items.reduce((sum, { weight }) => sum + weight, 0);
  for (const item of items) {
    left -= item.weight;
    if (left <= 0) return item;
  }
  return one(random, items);
}
