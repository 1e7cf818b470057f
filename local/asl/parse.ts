/** A definition's text → a typed machine, or every problem that would keep Step Functions from creating it, with file, line and column. */
import type * as z from 'zod';
import { nearest, type Problem, YaguraError } from '../../functions/core/error.ts';
import { isJsonObject, type Json, type JsonObject } from '../../functions/core/json.ts';
import {
  choiceState,
  failState,
  jsonPathPassState,
  type Machine,
  machineHead,
  mapState,
  parallelState,
  passState,
  type Scope,
  type State,
  succeedState,
  taskState,
  VARIABLE_NAME,
  waitState,
} from './definition.ts';
import { type ReadJson, readJson } from './json-text.ts';
import { substitute } from './substitution.ts';

type Path = (string | number)[];

export interface ParseOptions {
  /** Named in problems. */
  file?: string;
  /** Values for `${Name}` placeholders. A placeholder without a value is a problem. */
  substitutions?: Readonly<Record<string, string>>;
  /** Leaves placeholders without a value as they are: for lint, which has none. */
  keepPlaceholders?: boolean;
}

export interface Parsed {
  machine?: Machine;
  problems: Problem[];
  /** The document after substitution. */
  document?: Json;
  /** `file:line:column` of a path in the text. */
  at(path: readonly (string | number)[]): string;
}

/** The machine of a definition. @throws YaguraError BadContent with all problems */
export function loadMachine(text: string, options: ParseOptions = {}): Machine {
  const { machine, problems } = parseMachine(text, options);
  if (machine !== undefined && problems.length === 0) return machine;
  throw new YaguraError('BadContent', `${options.file ?? 'state machine'} is not a valid definition`, { problems });
}

/** Never throws: problems are collected. */
export function parseMachine(text: string, options: ParseOptions = {}): Parsed {
  const read = readJson(text);
  const at = (path: readonly (string | number)[]): string => placeText(read, options.file, path);
  if (read.error !== undefined || read.value === undefined) {
    const place = read.error?.place ?? { line: 1, column: 1 };
    const what = `not JSON: ${read.error?.message ?? 'empty'}`;
    return { problems: [{ at: `${options.file ?? 'definition'}:${place.line}:${place.column}`, what }], at };
  }
  const parser = new MachineParser(at);
  for (const path of read.duplicates) parser.problem(path, `the key "${String(path.at(-1))}" comes twice in one object`);
  const document = substitute(
    read.value,
    options.substitutions ?? {},
    (path, what) => options.keepPlaceholders === true || parser.problem(path, what),
    [],
  );
  const machine = parser.machine(document);
  return { ...(machine === undefined ? {} : { machine }), problems: parser.problems, document, at };
}

function placeText(read: ReadJson, file: string | undefined, path: readonly (string | number)[]): string {
  const place = read.placeOf(path);
  return `${file ?? 'definition'}:${place.line}:${place.column}`;
}

const SCHEMAS = {
  Pass: passState,
  Task: taskState,
  Choice: choiceState,
  Wait: waitState,
  Succeed: succeedState,
  Fail: failState,
  Parallel: parallelState,
  Map: mapState,
} as const;
type Kind = keyof typeof SCHEMAS;
const isKind = (text: unknown): text is Kind => typeof text === 'string' && Object.hasOwn(SCHEMAS, text);

const JSONPATH_FIELDS = new Set(
  'InputPath OutputPath ResultPath Parameters ResultSelector ItemsPath SecondsPath TimestampPath ErrorPath CausePath TimeoutSecondsPath HeartbeatSecondsPath MaxConcurrencyPath ToleratedFailureCountPath ToleratedFailurePercentagePath Variable'.split(
    ' ',
  ),
);

class MachineParser {
  readonly problems: Problem[] = [];
  readonly #at: (path: Path) => string;
  readonly #names = new Map<string, Path>();
  #language = 'JSONPath';

  constructor(at: (path: Path) => string) {
    this.#at = at;
  }

  problem(path: Path, what: string, more: Omit<Problem, 'at' | 'what'> = {}): void {
    this.problems.push({ at: this.#at(path), what, ...more });
  }

  machine(document: Json): Machine | undefined {
    const head = this.#check(machineHead, document, []);
    if (head === undefined) return undefined;
    this.#language = head.QueryLanguage ?? 'JSONPath';
    const scope = this.#scope(head, []);
    return { ...scope, ...(head.TimeoutSeconds === undefined ? {} : { timeoutSec: head.TimeoutSeconds }) };
  }

  #scope(raw: { StartAt: string; States: Record<string, unknown> }, path: Path): Scope {
    const states = new Map<string, State>();
    for (const [name, body] of Object.entries(raw.States)) {
      const statePath = [...path, 'States', name];
      this.#name(name, statePath);
      const state = this.#state(body, statePath);
      if (state !== undefined) states.set(name, state);
    }
    const known = Object.keys(raw.States);
    if (!known.includes(raw.StartAt)) this.#missing([...path, 'StartAt'], raw.StartAt, known);
    for (const [name, state] of states) this.#transitions(state, [...path, 'States', name], known);
    return { startAt: raw.StartAt, states };
  }

  #name(name: string, path: Path): void {
    if (name.length > 80 || name === '__proto__')
      this.problem(path, `the state name "${name.slice(0, 90)}" is not allowed`, { allowed: 'at most 80 characters' });
    if (this.#names.has(name))
      this.problem(path, `the state name "${name}" is used twice`, { allowed: 'names that are unique in the whole machine' });
    this.#names.set(name, path);
  }

  #state(body: unknown, path: Path): State | undefined {
    const type = isJsonObject(body) ? body['Type'] : undefined;
    if (!isJsonObject(body) || !isKind(type)) {
      this.problem([...path, 'Type'], `the state's Type is ${JSON.stringify(type) ?? 'missing'}`, {
        allowed: Object.keys(SCHEMAS).join(', '),
      });
      return undefined;
    }
    const language = body['QueryLanguage'] ?? this.#language;
    if (this.#language === 'JSONata' && body['QueryLanguage'] === 'JSONPath') {
      this.problem([...path, 'QueryLanguage'], "QueryLanguage 'JSONPath' inside a machine whose QueryLanguage is 'JSONata'");
      return undefined;
    }
    if (language !== 'JSONata' && !['Succeed', 'Fail'].includes(type)) return this.#jsonPath(type, body, path);
    return this.#jsonata(type, body, path);
  }

  #jsonPath(type: Kind, body: JsonObject, path: Path): State | undefined {
    if (type !== 'Pass') {
      this.problem(path, `this ${type} state is written in JSONPath`, {
        allowed: 'JSONata',
        fix: 'Set "QueryLanguage": "JSONata" at the top and use Arguments, Output and Assign',
      });
      return undefined;
    }
    const state = this.#check(jsonPathPassState, body, path);
    this.#end(state, path);
    return state && { kind: 'JsonPathPass', state };
  }

  #jsonata(type: Kind, body: JsonObject, path: Path): State | undefined {
    this.#assigns(body, path);
    switch (type) {
      case 'Parallel': {
        const state = this.#check(parallelState, body, path);
        this.#end(state, path);
        return (
          state && {
            kind: type,
            state,
            branches: state.Branches.map((raw, index) => this.#scope(raw, [...path, 'Branches', index])),
          }
        );
      }
      case 'Map': {
        // Iterator is the older name of ItemProcessor.
        const { Iterator: iterator, ...rest } = body;
        const state = this.#check(mapState, iterator === undefined ? body : { ItemProcessor: iterator, ...rest }, path);
        this.#end(state, path);
        return (
          state && {
            kind: type,
            state,
            processor: this.#scope(state.ItemProcessor, [...path, iterator === undefined ? 'ItemProcessor' : 'Iterator']),
          }
        );
      }
      case 'Wait': {
        const state = this.#check(waitState, body, path);
        if (state && (state.Seconds === undefined) === (state.Timestamp === undefined))
          this.problem(path, 'a Wait state has exactly one of Seconds and Timestamp');
        this.#end(state, path);
        return state && { kind: type, state };
      }
      case 'Pass': {
        const state = this.#check(passState, body, path);
        this.#end(state, path);
        return state && { kind: type, state };
      }
      case 'Task': {
        const state = this.#check(taskState, body, path);
        this.#end(state, path);
        return state && { kind: type, state };
      }
      case 'Choice': {
        const state = this.#check(choiceState, body, path);
        return state && { kind: type, state };
      }
      case 'Succeed': {
        const state = this.#check(succeedState, body, path);
        return state && { kind: type, state };
      }
      case 'Fail': {
        const state = this.#check(failState, body, path);
        return state && { kind: type, state };
      }
    }
  }

  #end(state: { Next?: string | undefined; End?: true | undefined } | undefined, path: Path): void {
    if (state !== undefined && (state.Next === undefined) === (state.End === undefined))
      this.problem(path, 'the state has neither or both of Next and End', { allowed: 'exactly one' });
  }

  #assigns(body: JsonObject, path: Path): void {
    const owners: [Json | undefined, Path][] = [[body, path]];
    for (const list of ['Choices', 'Catch']) {
      const items = body[list];
      for (const [index, item] of Array.isArray(items) ? items.entries() : []) owners.push([item, [...path, list, index]]);
    }
    for (const [owner, at] of owners) {
      const assign = isJsonObject(owner) ? owner['Assign'] : undefined;
      for (const name of isJsonObject(assign) ? Object.keys(assign) : []) {
        if (name === 'states') this.problem([...at, 'Assign', name], 'the variable name "states" is reserved');
        else if (!VARIABLE_NAME.test(name) || name.length > 80)
          this.problem([...at, 'Assign', name], `"${name}" is not a variable name`, {
            allowed: 'a letter, then letters, digits and _ ; at most 80',
          });
      }
    }
  }

  #transitions(entry: State, path: Path, known: string[]): void {
    const { state } = entry;
    if ('Next' in state && state.Next !== undefined && !known.includes(state.Next))
      this.#missing([...path, 'Next'], state.Next, known);
    if ('Default' in state && state.Default !== undefined && !known.includes(state.Default))
      this.#missing([...path, 'Default'], state.Default, known);
    const lists = { Catch: 'Catch' in state ? (state.Catch ?? []) : [], Choices: 'Choices' in state ? state.Choices : [] };
    for (const [list, items] of Object.entries(lists)) {
      for (const [index, item] of items.entries()) {
        if (!known.includes(item.Next)) this.#missing([...path, list, index, 'Next'], item.Next, known);
      }
    }
  }

  #missing(path: Path, target: string, known: string[]): void {
    const guess = nearest(target, known);
    this.problem(path, `there is no state "${target}" to go to`, {
      allowed: known.slice(0, 20).join(', '),
      ...(guess === undefined ? {} : { fix: `Did you mean "${guess}"?` }),
    });
  }

  #check<Schema extends z.ZodType>(schema: Schema, value: unknown, path: Path): z.infer<Schema> | undefined {
    const outcome = schema.safeParse(value);
    if (outcome.success) return outcome.data;
    for (const issue of outcome.error.issues) this.#issue(issue, path);
    return undefined;
  }

  #issue(issue: z.core.$ZodIssue, path: Path): void {
    const inner = issue.path.filter((key) => typeof key !== 'symbol');
    if (issue.code !== 'unrecognized_keys') {
      this.problem([...path, ...inner], `${inner.join('.') || 'the definition'}: ${issue.message}`);
      return;
    }
    for (const key of issue.keys) {
      const fix = JSONPATH_FIELDS.has(key)
        ? { fix: 'It belongs to JSONPath; JSONata uses Arguments, Output, Assign and {% … %}' }
        : {};
      this.problem([...path, ...inner, key], `unknown field "${key}"`, fix);
    }
  }
}
