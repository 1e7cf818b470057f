/** Prepares, for each attribute path of a class, what finishing an event needs to know there, once for all events. */
import { type ObservableKind, observableKind, UNOBSERVED } from './observables.ts';
import { type AttributeFacts, classFacts, type ItemFacts, objectFacts } from './schema.ts';

/** An attribute at its path. */
export interface PlanEntry {
  /** The attribute that takes the caption of this id, and the captions. */
  readonly sibling: string | undefined;
  readonly captions: ReadonlyMap<number, string> | undefined;
  /** The profile to declare where the attribute is present. */
  readonly profile: string | undefined;
  readonly observable: ObservableKind | undefined;
  /** True where the path goes through a list, so that the same value may come again. */
  readonly isListed: boolean;
  /** The object's own plan; undefined for scalars, open objects and what is not looked into. */
  readonly item: ItemPlan | undefined;
}

/** Objects may nest in themselves (`process.parent_process`); deeper ones are left as the mapper made them. */
const MAX_DEPTH = 10;

/** A class or an object at its path. Entries are made when an event first has them. */
export class ItemPlan {
  readonly facts: ItemFacts;
  readonly #prefix: string;
  readonly #depth: number;
  readonly #entries = new Map<string, PlanEntry | undefined>();

  constructor(facts: ItemFacts, prefix: string, depth: number) {
    this.facts = facts;
    this.#prefix = prefix;
    this.#depth = depth;
  }

  /** Undefined for a key that the schema does not have here. */
  entry(key: string): PlanEntry | undefined {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const attribute = this.facts.attributes.get(key);
    if (attribute === undefined) return undefined;
    const entry = this.#make(attribute);
    this.#entries.set(key, entry);
    return entry;
  }

  #make(attribute: AttributeFacts): PlanEntry {
    const path = `${this.#prefix}${attribute.name}${attribute.isArray ? '[]' : ''}`;
    const isLooked = this.#depth > 0 || !UNOBSERVED.has(attribute.name);
    const facts = attribute.object === undefined ? undefined : objectFacts(attribute.object);
    const goesOn = facts !== undefined && facts.attributes.size > 0 && isLooked && this.#depth < MAX_DEPTH;
    const captions = attribute.sibling === undefined ? undefined : numbered(attribute.options);
    return {
      sibling: captions === undefined ? undefined : attribute.sibling,
      captions,
      profile: attribute.profiles?.[0],
      observable: isLooked ? observableKind(attribute, path) : undefined,
      isListed: path.includes('[]'),
      item: goesOn ? new ItemPlan(facts, `${path}.`, this.#depth + 1) : undefined,
    };
  }
}

/** Ids as numbers, as events carry them. */
const numbered = (options: ReadonlyMap<string, string> | undefined): ReadonlyMap<number, string> | undefined =>
  options === undefined ? undefined : new Map([...options].map(([id, caption]) => [Number(id), caption]));

/** What an activity is called, in its class and alone. */
export interface ActivityNames {
  readonly name: string;
  readonly typeName: string;
}

export interface ClassPlan {
  readonly className: string;
  readonly categoryName: string;
  readonly categoryUid: number;
  readonly activities: ReadonlyMap<number, ActivityNames>;
  /** For an activity that the class does not have. */
  readonly otherActivity: ActivityNames;
  readonly severities: ReadonlyMap<number, string>;
  readonly item: ItemPlan;
}

const plans = new Map<number, ClassPlan>();

/** The plan of a class; a class that the schema lacks finishes as Base Event. */
export function classPlan(uid: number): ClassPlan {
  const known = plans.get(uid);
  if (known !== undefined) return known;
  const facts = classFacts(uid) ?? classFacts(0);
  if (facts === undefined) throw new TypeError('the generated facts have no Base Event');
  const named = (name: string): ActivityNames => ({ name, typeName: `${facts.caption}: ${name}` });
  const item = new ItemPlan(facts, '', 0);
  const captions = item.entry('activity_id')?.captions ?? new Map<number, string>();
  const plan: ClassPlan = {
    className: facts.caption,
    categoryName: facts.categoryCaption,
    categoryUid: facts.categoryUid,
    activities: new Map([...captions].map(([id, name]) => [id, named(name)])),
    otherActivity: named('Other'),
    severities: item.entry('severity_id')?.captions ?? new Map(),
    item,
  };
  plans.set(uid, plan);
  return plan;
}
