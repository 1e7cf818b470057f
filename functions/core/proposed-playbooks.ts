/** What the alerts of an incident tell and name → the playbooks that answer it, those with the most reason first. */
import { type Alert, isCore } from './alert.ts';
import type { Entity, EntityType } from './finding.ts';
import type { Playbook } from './playbook.ts';

/** A playbook that fits, and why. */
export interface ProposedPlaybook {
  playbook: string;
  /** Its techniques that the alerts tell. */
  techniques: string[];
  /** What the same alerts name that it works on. */
  entities: Entity[];
}

type Trigger = Pick<Playbook, 'id' | 'actions' | 'triggers' | 'inputs'>;
type Told = Pick<Alert, 'source' | 'level' | 'attack' | 'entities'>;

/**
 * One alert must tell a technique of the playbook, name an entity of its types that an input takes, and come from the provider that its
 * actions change: a bucket's playbook answers no shared document, a key's none of a bucket. Signals propose nothing.
 */
export function proposedPlaybooks(alerts: readonly Told[], playbooks: Iterable<Trigger>): ProposedPlaybook[] {
  const cores = alerts.filter(({ level }) => isCore(level));
  return [...playbooks]
    .flatMap((playbook) => proposalOf(cores, playbook) ?? [])
    .sort((a, b) => b.techniques.length - a.techniques.length || (a.playbook < b.playbook ? -1 : 1));
}

function proposalOf(cores: readonly Told[], { id, actions, triggers, inputs }: Trigger): ProposedPlaybook | undefined {
  const providers = new Set(actions.map(providerOf));
  const patterns = targetPatterns(inputs);
  const worksOn = (entity: Entity): boolean =>
    entity.part !== 'context' && triggers.entities.some((one) => one === entity.type) && takes(patterns, entity);
  const fitting = cores.filter(
    ({ source, attack, entities }) =>
      providers.has(providerOf(source)) && entities.some(worksOn) && attack.some((one) => triggers.attack.includes(one)),
  );
  if (fitting.length === 0) return undefined;
  const entities = fitting.flatMap((alert) => alert.entities.filter(worksOn));
  return {
    playbook: id,
    techniques: triggers.attack.filter((one) => fitting.some(({ attack }) => attack.includes(one))),
    entities: [...new Map(entities.map((entity) => [`${entity.type} ${entity.id}`, entity])).values()],
  };
}

/** Inputs that say where and why, not what. */
const CIRCUMSTANCES = new Set(['incidentId', 'requester', 'reason', 'accountId', 'region']);
/** What a person looks up by its name, because logs name it otherwise than its product's API does. */
const LOOKED_UP: ReadonlySet<EntityType> = new Set(['principal', 'session', 'application', 'repository']);

const targetPatterns = (inputs: Playbook['inputs']): RegExp[] =>
  Object.entries(inputs).flatMap(([name, { pattern }]) =>
    pattern === undefined || CIRCUMSTANCES.has(name) ? [] : [new RegExp(`^(?:${pattern})$`, 'u')],
  );

/** True where an input takes the entity by its id, the last part of its ARN, or, an address, as a range of one. */
function takes(patterns: readonly RegExp[], { type, id }: Entity): boolean {
  if (LOOKED_UP.has(type)) return true;
  const spellings = type === 'ip' ? [`${id}/32`] : [id, id.split(/[:/]/).at(-1) ?? id];
  return patterns.some((pattern) => spellings.some((text) => pattern.test(text)));
}

/** `aws-iam-key-disable` and `aws-cloudtrail` → `aws`: actions and sources begin with whose they are. */
const providerOf = (id: string): string => id.split('-')[0] ?? id;
