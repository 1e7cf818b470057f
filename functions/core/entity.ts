/** Turns an OCSF event into the things that an attack moves through: who acted, on what, from where. */
import { sha256 } from './digest.ts';
import type { Entity } from './finding.ts';
import { isJsonObject, type Json, type JsonObject, valueAt } from './json.ts';
import type { OcsfEvent } from './ocsf/event.ts';
import { iamUserArn, identityEntities, isAwsService, isEmail, isNobody, keyEntity } from './principal.ts';

const MAX_ENTITIES = 64;
/** Ids longer than this are cut and told apart by a digest: a key of the table takes 1 kB. */
const MAX_ID = 512;
const MAX_JSON_CHARS = 262_144;
const ACCOUNT_CHANGE = 3001;
const DETECTION_FINDING = 2004;
const TUNNEL_ACTIVITY = 4014;
/** Network Activity: in other categories the far end is the provider's own address. */
const NETWORK = 4;

const text = (root: unknown, path: string): string | undefined => {
  const value = valueAt(root, path);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
};
const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);

/**
 * The entities of one event, actors first, each once: an actor that changes itself stays an actor. AWS's services and
 * `*.amazonaws.com` are context.
 */
export function entitiesOf(event: OcsfEvent): Entity[] {
  const account = text(event, 'cloud.account.uid') ?? text(event, 'actor.user.account.uid');
  const found: Entity[] = [
    ...actorEntities(event, account),
    ...endpointEntities(event['src_endpoint']),
    ...(event.category_uid === NETWORK ? endpointEntities(event['dst_endpoint'], 'target') : []),
    // The address that a tunnel hands out acts next, for the one who opened it.
    ...(event.class_uid === TUNNEL_ACTIVITY ? endpointEntities(event['tunnel_interface'], 'target') : []),
    ...userTargets(event, account),
    ...issuedKeys(event),
    ...objects(event['evidences'])
      .slice(0, 20)
      .flatMap((evidence) => evidenceEntities(evidence, account)),
    ...deviceEntities(event['device'], event.class_uid === DETECTION_FINDING ? 'target' : 'actor'),
    ...objects(event['resources']).slice(0, 40).flatMap(resourceEntities),
  ];
  if (account !== undefined) found.push({ type: 'account', id: account, part: 'context' });
  return unique(found);
}

function actorEntities(holder: unknown, account: string | undefined): Entity[] {
  const service = text(holder, 'actor.invoked_by') ?? text(holder, 'actor.user.invoked_by');
  const found = userEntities(valueAt(holder, 'actor.user'), 'actor', account);
  const issuer = text(holder, 'actor.session.issuer');
  const names = [issuer, text(holder, 'actor.user.uid'), text(holder, 'actor.user.uid_alt')];
  const isAws = names.some((name) => name !== undefined && /^(arn:|A(ROA|IDA)[A-Z0-9]+)/.test(name));
  if (issuer !== undefined && /:role\//.test(issuer) && found.some(({ part }) => part === 'actor')) {
    found.push(...identityEntities(issuer, 'actor'));
  }
  // Whoever acts as a service account is told beside it.
  if (issuer !== undefined && isEmail(issuer)) found.push(...identityEntities(issuer, 'actor'));
  for (const path of ['actor.session.credential_uid', 'actor.session.uid']) {
    const id = text(holder, path);
    // Words are no id, whatever a mapping puts there.
    if (id === undefined || id.startsWith('arn:') || /\s/.test(id)) continue;
    const key = keyEntity(id, 'actor');
    // AWS's session names are chosen by callers and meet again everywhere; other providers' session ids are unguessable.
    if (key !== undefined) found.push(key);
    else if (!isAws && id.length >= 12) found.push({ type: 'session', id, part: 'actor' });
  }
  if (service !== undefined && isAwsService(service)) found.push({ type: 'application', id: service, part: 'context' });
  // A key that AWS's own service used is no lead to a person.
  return text(holder, 'actor.user.type') === 'AWSService' ? found.map((entity) => ({ ...entity, part: 'context' })) : found;
}

function userEntities(user: Json | undefined, part: Entity['part'], account: string | undefined): Entity[] {
  if (!isJsonObject(user)) return [];
  const found: Entity[] = [];
  const name = text(user, 'name');
  const uid = text(user, 'uid');
  const home = text(user, 'account.uid') ?? account;
  if (uid?.startsWith('arn:')) found.push(...identityEntities(uid, part));
  else {
    const id = text(user, 'email_addr') ?? nameInAccount(user, name, home) ?? uid ?? name;
    if (id !== undefined)
      found.push(...identityEntities(id, part).map((entity) => (name && name !== id ? { ...entity, name } : entity)));
    // A login beside the address: events that lack the address name the same person by it.
    if (id !== undefined && isEmail(id) && name !== undefined && /^[\w.-]{2,}$/.test(name))
      found.push(...identityEntities(name, part));
  }
  const key = text(user, 'credential_uid');
  if (key !== undefined) found.push(keyEntity(key, part) ?? { type: 'session', id: key, part });
  for (const credential of objects(user['programmatic_credentials'])) {
    const id = text(credential, 'uid');
    const entity = id === undefined ? undefined : keyEntity(id, part);
    if (entity !== undefined) found.push(entity);
  }
  return found;
}

/** An IAM user without ARN, as in a request's `userName`, becomes the ARN that its own events will carry. */
function nameInAccount(user: JsonObject, name: string | undefined, account: string | undefined): string | undefined {
  if (name === undefined || account === undefined || !/^\d{12}$/.test(account) || isNobody(name) || isAwsService(name))
    return undefined;
  const type = text(user, 'type') ?? '';
  if (/^root$/i.test(type)) return `arn:aws:iam::${account}:root`;
  return /^(iam ?user|user|)$/i.test(type) && /^[\w+=,.@-]{1,64}$/.test(name) ? iamUserArn(account, name) : undefined;
}

function userTargets(event: OcsfEvent, account: string | undefined): Entity[] {
  const isAccountChange = event.class_uid === ACCOUNT_CHANGE;
  const hasActor = valueAt(event, 'actor.user') !== undefined;
  const user = valueAt(event, 'user');
  const found = userEntities(user, isAccountChange || hasActor ? 'target' : 'actor', account);
  if (!isAccountChange || user !== undefined) return found;
  const name = text(parsed(valueAt(event, 'api.request.data')), 'userName');
  return name === undefined || account === undefined ? found : userEntities({ name }, 'target', account);
}

const INSTANCE = /^i-[0-9a-f]{8,17}$/;
/** Snapshots, images, volumes and flow logs: what is shared, deleted or switched off, by ids that CloudTrail names in the request only. */
const CHANGED_THING = /^(snap|ami|vol|fl)-[0-9a-f]{8,17}$/;
const CHANGED_NAME = /^dB(Cluster)?SnapshotIdentifier$/;
const CHANGES = /^(Modify|Delete|Reset)/;

/** Keys, sessions and machines that the call made or named, and the session that it opened: what links the steps of a chain. */
function issuedKeys(event: OcsfEvent): Entity[] {
  const found: Entity[] = [];
  const opened = text(event, 'session.credential_uid');
  const session = text(event, 'session.uid_alt');
  const key = opened === undefined ? undefined : keyEntity(opened, 'target');
  if (key !== undefined) found.push(key);
  if (session?.startsWith('arn:')) found.push(...identityEntities(session, 'target'));
  const isChange = CHANGES.test(text(event, 'api.operation') ?? '');
  for (const path of ['api.response.data', 'api.request.data']) {
    let left = 400;
    const walk = (value: Json | undefined, depth: number): void => {
      if (value === null || typeof value !== 'object' || depth > 5) return;
      for (const [name, item] of Object.entries(value)) {
        if (left-- <= 0) return;
        if (typeof item !== 'string') walk(item, depth + 1);
        else if (/^instanceId$/i.test(name) && INSTANCE.test(item)) found.push({ type: 'host', id: item, part: 'target' });
        else if (isChange && (CHANGED_THING.test(item) || CHANGED_NAME.test(name)))
          found.push({ type: 'resource', id: item, part: 'target' });
        else if (/^accessKeyId$/i.test(name)) found.push(...[keyEntity(item, 'target')].filter((entity) => entity !== undefined));
        else if (/^arn$/i.test(name) && item.includes(':assumed-role/')) found.push(...identityEntities(item, 'target'));
      }
    };
    walk(parsed(valueAt(event, path)), 0);
  }
  return found;
}

function parsed(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string') return value;
  if (value.length > MAX_JSON_CHARS || !/^\s*[[{]/.test(value)) return undefined;
  try {
    const data: Json = JSON.parse(value);
    return data;
  } catch {
    return undefined;
  }
}

function endpointEntities(endpoint: unknown, part: Entity['part'] = 'actor'): Entity[] {
  if (!isJsonObject(endpoint)) return [];
  const found: Entity[] = [];
  const ip = text(endpoint, 'ip');
  const instance = text(endpoint, 'instance_uid');
  if (ip !== undefined) found.push({ type: 'ip', id: ip.toLowerCase(), part });
  if (instance !== undefined) found.push({ type: 'host', id: instance, part });
  for (const path of ['svc_name', 'domain', 'hostname']) {
    const name = text(endpoint, path);
    if (name !== undefined && isAwsService(name)) found.push({ type: 'application', id: name, part: 'context' });
  }
  return found;
}

function evidenceEntities(evidence: JsonObject, account: string | undefined): Entity[] {
  return [
    ...actorEntities(evidence, account),
    ...userEntities(evidence['user'], 'actor', account),
    ...endpointEntities(evidence['src_endpoint']),
    ...endpointEntities(evidence['dst_endpoint'], 'target'),
    ...deviceEntities(evidence['device'], 'target'),
    ...objects(evidence['resources']).slice(0, 40).flatMap(resourceEntities),
  ];
}

function deviceEntities(device: unknown, part: Entity['part']): Entity[] {
  const id = text(device, 'instance_uid') ?? text(device, 'uid') ?? text(device, 'hostname') ?? text(device, 'name');
  const name = text(device, 'hostname') ?? text(device, 'name');
  return id === undefined ? [] : [{ type: 'host', id, part, ...(name === undefined || name === id ? {} : { name }) }];
}

function resourceEntities(resource: JsonObject): Entity[] {
  const id = text(resource, 'uid') ?? text(resource, 'name');
  if (id === undefined || isNobody(id)) return [];
  // OCSF resource_details.role_id: 2 is Actor.
  const part = resource['role_id'] === 2 ? 'actor' : 'target';
  const key = keyEntity(id, part);
  if (key !== undefined) return [key];
  if (/^arn:[^:]+:(iam|sts)::\d{12}:(user|role|assumed-role|root)/.test(id)) return identityEntities(id, part);
  const instance = /(?:^|:instance\/)(i-[0-9a-f]{8,17})$/.exec(id)?.[1];
  if (instance !== undefined) return [{ type: 'host', id: instance, part }];
  const type = text(resource, 'type') ?? '';
  if (/account$/i.test(type) && /^\d{12}$/.test(id)) return [{ type: 'account', id, part: 'context' }];
  const name = text(resource, 'name');
  // A repository is known by its name everywhere, by its number only at home.
  if (/repositor/i.test(type) && name !== undefined) return [{ type: 'repository', id: name, part }];
  return [{ type: /repositor/i.test(type) ? 'repository' : 'resource', id, part, ...(name && name !== id ? { name } : {}) }];
}

const PARTS = ['actor', 'target', 'context'] as const;

function unique(entities: readonly Entity[]): Entity[] {
  const found = new Map<string, Entity>();
  for (const part of PARTS) {
    for (const entity of entities) {
      if (entity.part !== part) continue;
      const id = entity.id.length <= MAX_ID ? entity.id : `${entity.id.slice(0, MAX_ID - 17)}~${sha256(entity.id).slice(0, 16)}`;
      const key = `${entity.type} ${id}`;
      if (!found.has(key))
        found.set(key, { ...entity, id, ...(entity.name === undefined ? {} : { name: entity.name.slice(0, 200) }) });
    }
  }
  return [...found.values()].slice(0, MAX_ENTITIES);
}
