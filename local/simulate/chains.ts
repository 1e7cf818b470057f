/** Attacks as an intruder would go about them, each seen only in part: which of its steps alert is left to chance. */
import type { Random } from '../story/random.ts';
import { newKey, newSession, type Organization, one, type Person, type ServiceUser } from './organization.ts';
import type { Happening, Truth } from './raise.ts';
import type { AwsCaller, Deed } from './records.ts';

const MIN_MS = 60_000;

export interface ChainStage {
  random: Random;
  organization: Organization;
  /** Who and what other attacks of the day have already: two intruders on one victim would be one story. */
  taken: Set<string>;
  startMs: number;
  truth: Truth;
}

/** Deeds in order; minutes pass between them by the intruder's pace. */
type Step =
  | { rule: string; deed: Partial<Deed>; must?: true }
  | { exfiltrated: { keyId: string; role: string; session: string; account: string; ip: string } };
type Chain = (stage: ChainStage) => Step[];

/** Something that no other attack has; the last draw where everything is taken. */
function untaken<T>({ taken }: ChainStage, draw: () => T, name: (item: T) => string): T {
  let item = draw();
  for (let tries = 0; tries < 200 && taken.has(name(item)); tries++) item = draw();
  taken.add(name(item));
  return item;
}

const intruderIp = (stage: ChainStage): string => {
  const { random } = stage;
  const draw = (): string =>
    random.chance(0.5) ? `203.0.113.${random.int(1, 254)}` : `2001:db8:bad:${random.hex(4)}::${random.hex(2)}`;
  return untaken(stage, draw, (ip) => ip);
};
const serviceUser = (stage: ChainStage): ServiceUser =>
  untaken(
    stage,
    () => one(stage.random, stage.organization.serviceUsers),
    ({ name }) => name,
  );
const bucketOf = ({ random, organization }: ChainStage): string => one(random, organization.buckets);
const employee = (stage: ChainStage): Person =>
  untaken(
    stage,
    () => one(stage.random, stage.organization.people),
    ({ email }) => email,
  );
const engineer = (stage: ChainStage): Person =>
  untaken(
    stage,
    () => one(stage.random, stage.organization.byDepartment.engineering),
    ({ email }) => email,
  );

/** A leaked long-lived key; the intruder makes a key of his own and goes on with it. */
const keyTheft: Chain = (stage) => {
  const { random } = stage;
  const ip = intruderIp(stage);
  const { name, account, keyId } = serviceUser(stage);
  const aws: AwsCaller = { account, ip, keyId, user: name };
  const backdoor = `support-${random.hex(4)}`;
  const made = newKey(random);
  const own: AwsCaller = { account, ip: random.chance(0.5) ? ip : intruderIp(stage), keyId: made, user: backdoor };
  return [
    { rule: 'aws-key-from-new-network', deed: { aws } },
    { rule: 'aws-list-users', deed: { aws } },
    { rule: 'aws-list-buckets', deed: { aws } },
    { rule: 'aws-user-created', deed: { aws, opens: { keyId: made, user: backdoor } } },
    { rule: 'aws-key-created', deed: { aws, opens: { keyId: made, user: backdoor } }, must: true },
    { rule: 'aws-admin-policy', deed: { aws: own } },
    { rule: 'aws-secret-read', deed: { aws: own } },
    { rule: 'aws-trail-stopped', deed: { aws: own } },
    { rule: 'aws-mass-download', deed: { aws: own, target: bucketOf(stage) }, must: true },
  ];
};

/** Credentials of an instance, used elsewhere, over roles into other accounts. */
const roleChain: Chain = (stage) => {
  const { random, organization } = stage;
  const ip = intruderIp(stage);
  const [first = '', second = '', third = ''] = organization.accounts.slice(random.int(0, 3));
  const host = untaken(
    stage,
    () => one(random, organization.hosts),
    (name) => name,
  );
  const keys = [newSession(random), newSession(random), newSession(random)] as const;
  const onHost: AwsCaller = { account: first, ip, keyId: keys[0], role: `app-${random.int(1, 9)}`, session: host };
  const inSecond: AwsCaller = {
    account: second,
    ip,
    keyId: keys[1],
    role: 'OrganizationAccess',
    session: `s${random.int(1, 999)}`,
  };
  const inThird: AwsCaller = { account: third, ip, keyId: keys[2], role: 'DataReader', session: `s${random.int(1, 999)}` };
  return [
    { exfiltrated: { keyId: keys[0], role: onHost.role ?? '', session: host, account: first, ip } },
    { rule: 'aws-denied-burst', deed: { aws: onHost } },
    { rule: 'aws-assume-other-account', deed: { aws: onHost, opens: openedBy(inSecond) }, must: true },
    { rule: 'aws-list-buckets', deed: { aws: inSecond } },
    { rule: 'aws-secret-read', deed: { aws: inSecond } },
    { rule: 'aws-assume-other-account', deed: { aws: inSecond, opens: openedBy(inThird) }, must: true },
    { rule: 'aws-mass-download', deed: { aws: inThird, target: bucketOf(stage) } },
    { rule: 'aws-snapshot-shared', deed: { aws: inThird }, must: true },
  ];
};

const openedBy = ({ keyId, role = '', session = '', account }: AwsCaller) => ({ keyId, role, session, account });

/** A stolen session of the identity provider, through single sign-on to data. */
const sessionHijack: Chain = (stage) => {
  const { random, organization } = stage;
  const person = engineer(stage);
  const ip = intruderIp(stage);
  const sessionId = `102${random.hex(18)}`;
  const account = one(random, organization.accounts);
  const aws: AwsCaller = {
    account,
    ip,
    keyId: newSession(random),
    role: 'AWSReservedSSO_Engineer_0123456789abcdef',
    session: person.email,
  };
  return [
    { rule: random.chance(0.5) ? 'okta-push-storm' : 'okta-session-elsewhere', deed: { person, ip, sessionId }, must: true },
    { rule: 'okta-new-device', deed: { person, ip, sessionId } },
    { rule: 'aws-list-buckets', deed: { aws } },
    { rule: 'aws-secret-read', deed: { aws } },
    { rule: 'aws-mass-download', deed: { aws, target: bucketOf(stage) }, must: true },
    { rule: 'github-mass-clone', deed: { person, ip, target: one(random, organization.repos) } },
  ];
};

/** An app that a victim consented to, then the mailbox, then files. */
const consentPhishing: Chain = (stage) => {
  const { random } = stage;
  const person = employee(stage);
  const ip = intruderIp(stage);
  return [
    { rule: 'entra-consent', deed: { person, ip: person.homeIp, target: `app-${random.hex(6)}` }, must: true },
    { rule: 'm365-hiding-rule', deed: { person, ip } },
    { rule: 'm365-mail-read-by-app', deed: { person, ip }, must: true },
    { rule: 'm365-mass-download', deed: { person, ip, target: 'https://example.sharepoint.com/sites/finance' } },
    { rule: 'm365-anonymous-link', deed: { person, ip, target: 'https://example.sharepoint.com/sites/finance/plan.xlsx' } },
  ];
};

/** A developer's token, a changed workflow, the pipeline's identity at AWS. */
const pipelineTakeover: Chain = (stage) => {
  const { random, organization } = stage;
  const person = engineer(stage);
  const ip = intruderIp(stage);
  const token = random.hex(40);
  const repo = untaken(
    stage,
    () => one(random, organization.repos.slice(8)),
    (name) => name,
  );
  const account = one(random, organization.accounts);
  const runner = `192.0.2.${random.int(200, 250)}`;
  const subject = `repo:${repo}:ref:refs/heads/main`;
  const session = newSession(random);
  const aws: AwsCaller = { account, ip: runner, keyId: session, role: `github-${random.int(1, 9)}`, session: 'GitHubActions' };
  return [
    { rule: 'github-new-address', deed: { person, ip } },
    { rule: 'github-token-created', deed: { person, ip } },
    { rule: 'github-protection-off', deed: { person, ip, target: repo, sessionId: token } },
    { rule: 'github-workflow-changed', deed: { person, ip, target: repo, sessionId: token }, must: true },
    {
      rule: 'aws-web-identity-new',
      deed: { aws: { account, ip: runner, keyId: '', subject }, opens: openedBy(aws) },
      must: true,
    },
    { rule: 'aws-secret-read', deed: { aws }, must: true },
    { rule: 'aws-bucket-foreign', deed: { aws, target: bucketOf(stage) }, must: true },
  ];
};

/** Somebody who leaves takes everything along: his own accounts, from the office. */
const insider: Chain = (stage) => {
  const { random, organization } = stage;
  const person = engineer(stage);
  const ip = person.officeIp;
  return [
    { rule: 'google-mass-download', deed: { person, ip }, must: true },
    { rule: 'google-takeout', deed: { person, ip }, must: true },
    { rule: 'm365-mass-download', deed: { person, ip, target: 'https://example.sharepoint.com/sites/design' } },
    { rule: 'github-mass-clone', deed: { person, ip, target: one(random, organization.repos) }, must: true },
    { rule: 'google-shared-outside', deed: { person, ip } },
  ];
};

/** Data taken hostage. */
const ransom: Chain = (stage) => {
  const { name, account, keyId } = serviceUser(stage);
  const aws: AwsCaller = { account, ip: intruderIp(stage), keyId, user: name };
  const target = bucketOf(stage);
  return [
    { rule: 'aws-list-buckets', deed: { aws } },
    { rule: 'aws-versioning-off', deed: { aws, target } },
    { rule: 'aws-foreign-key-encryption', deed: { aws, target }, must: true },
    { rule: 'aws-mass-delete', deed: { aws, target }, must: true },
    { rule: 'aws-detector-off', deed: { aws } },
  ];
};

/** Nothing of it is more than a low signal; only together they tell. */
const whisper: Chain = (stage) => {
  const { random, organization } = stage;
  const person = engineer(stage);
  const ip = intruderIp(stage);
  const aws: AwsCaller = {
    account: one(random, organization.accounts),
    ip,
    keyId: newSession(random),
    role: 'AWSReservedSSO_Engineer_0123456789abcdef',
    session: person.email,
  };
  return [
    { rule: 'okta-locked-out', deed: { person, ip } },
    { rule: 'okta-new-device', deed: { person, ip }, must: true },
    { rule: 'aws-list-users', deed: { aws }, must: true },
    { rule: 'aws-parameter-read', deed: { aws }, must: true },
    { rule: 'github-secret-changed', deed: { person, ip, target: one(random, organization.repos) }, must: true },
    { rule: 'google-shared-outside', deed: { person, ip }, must: true },
    { rule: 'entra-method-added', deed: { person, ip } },
  ];
};

/** A pipeline's own role, from the pipeline's own address, in the middle of its noise. */
const insidePipeline: Chain = (stage) => {
  const { random, organization } = stage;
  const { role, account, ip } = one(random, organization.pipelines);
  const aws: AwsCaller = { account, ip, keyId: newSession(random), role, session: `run-${random.int(10_000_000, 99_999_999)}` };
  return [
    { rule: 'aws-list-users', deed: { aws } },
    { rule: 'aws-secret-read', deed: { aws } },
    { rule: 'aws-key-created', deed: { aws, opens: { keyId: newKey(random), user: `support-${random.hex(4)}` } }, must: true },
    { rule: 'aws-trail-stopped', deed: { aws }, must: true },
    { rule: 'aws-bucket-foreign', deed: { aws, target: bucketOf(stage) } },
  ];
};

/** The help desk is talked into a new factor; then the victim's mail is forwarded. */
const helpDesk: Chain = (stage) => {
  const { random, organization } = stage;
  const person = employee(stage);
  const helper = one(random, organization.byDepartment.helpdesk);
  const ip = random.chance(0.3) ? person.officeIp : intruderIp(stage);
  return [
    { rule: 'okta-factor-reset', deed: { person: helper, ip: helper.officeIp, target: person.email }, must: true },
    { rule: 'okta-new-device', deed: { person, ip } },
    { rule: 'entra-device-code', deed: { person, ip } },
    { rule: 'm365-hiding-rule', deed: { person, ip } },
    { rule: 'm365-forwarding', deed: { person, ip }, must: true },
    { rule: 'm365-mail-read-by-app', deed: { person, ip } },
  ];
};

export const CHAINS: Readonly<Record<string, Chain>> = {
  'key theft': keyTheft,
  'role chain': roleChain,
  'session hijack': sessionHijack,
  'consent phishing': consentPhishing,
  'pipeline takeover': pipelineTakeover,
  insider,
  ransom,
  'low signals only': whisper,
  'inside a pipeline': insidePipeline,
  'help desk': helpDesk,
};

/** The alerts of one attack of this kind: quick or over many hours, two thirds of the steps that are not essential seen. */
export function chainOf(kind: string, stage: ChainStage): Happening[] {
  const chain = CHAINS[kind];
  if (chain === undefined) throw new RangeError(`no attack ${kind}`);
  const { random, startMs, truth } = stage;
  const steps = chain(stage).filter((step) => 'exfiltrated' in step || step.must === true || random.chance(0.67));
  const spanMin = random.pick([25, 60, 180, 480, 900]);
  let atMs = startMs + random.int(0, Math.max(1, 24 * 60 - spanMin - 30)) * MIN_MS;
  return steps.map((step): Happening => {
    atMs += Math.round((spanMin / steps.length) * (0.4 + 1.2 * random.next()) * MIN_MS);
    if ('exfiltrated' in step) {
      const { keyId, role, session, account, ip } = step.exfiltrated;
      const type = 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS';
      return { truth, product: { type, severity: 8, atMs, account, ip, credential: { keyId, role, session } } };
    }
    return { truth, rule: step.rule, deed: { ...step.deed, atMs } };
  });
}
