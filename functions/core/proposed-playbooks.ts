/** What the alerts of an incident tell and name → the playbooks that answer it, those with the most reason first. */
import { type Alert, isCore } from './alert.ts';
import type { Entity } from './finding.ts';
import type { Playbook } from './playbook.ts';

/** A playbook that fits, and why. */
export interface ProposedPlaybook {
  playbook: string;
  /** Its techniques that the alerts tell. */
  techniques: string[];
  /** What the same alerts name that it works on. */
  entities: Entity[];
}

type Trigger = Pick<Playbook, 'id' | 'actions' | 'triggers'>;
type Told = Pick<Alert, 'source' | 'level' | 'attack' | 'entities'>;

/**
 * One alert must tell a technique of the playbook, name an entity of its types, and come from the provider that its actions change: a
 * bucket's playbook answers no shared document. Signals propose nothing.
 */
export function proposedPlaybooks(alerts: readonly Told[], playbooks: Iterable<Trigger>): ProposedPlaybook[] {
  const cores = alerts.filter(({ level }) => isCore(level));
  return [...playbooks]
    .flatMap((playbook) => proposalOf(cores, playbook) ?? [])
    .sort((a, b) => b.techniques.length - a.techniques.length || (a.playbook < b.playbook ? -1 : 1));
}

function proposalOf(cores: readonly Told[], { id, actions, triggers }: Trigger): ProposedPlaybook | undefined {
  const providers = new Set(actions.map(providerOf));
  const worksOn = ({ type, part }: Entity): boolean => part !== 'context' && triggers.entities.some((one) => one === type);
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

/** `aws-iam-key-disable` and `aws-cloudtrail` → `aws`: actions and sources begin with whose they are. */
const providerOf = (id: string): string => id.split('-')[0] ?? id;
