/** Turns the text of a playbook.yml into a playbook, or into everything that is wrong with it, located. */
import { type Document, isNode, LineCounter, parseDocument, visit } from 'yaml';
import * as z from 'zod';
import { nearest, type Problem } from './error.ts';
import { ENTITY_TYPES } from './finding.ts';
import type { JsonObject } from './json.ts';

const localText = z.strictObject({ en: z.string().trim().min(1), ja: z.string().trim().min(1) });

/** A field of the input that a person or an incident gives. `pattern` must match the whole text. */
const InputField = z.strictObject({
  type: z.enum(['text', 'boolean']).default('text'),
  pattern: z.string().exactOptional(),
  required: z.boolean().default(true),
  text: localText,
});

/** @see NIST CSF 2.0, category identifiers: RS.MI-01; MITRE D3FEND 1.2.0; ATT&CK v19.1 */
export const Playbook = z.strictObject({
  /** The folder's name: verb-object. */
  id: z.string().regex(/^[a-z]+(-[a-z0-9]+)+$/),
  title: localText,
  purpose: localText,
  csf: z.array(z.string().regex(/^[A-Z]{2}\.[A-Z]{2}-\d{2}$/)).min(1),
  d3fend: z.array(z.string().regex(/^D3-[A-Z]+$/)).min(1),
  mitigations: z.array(z.string().regex(/^M1\d{3}$/)),
  /** Ids of the actions that its machine may plan. */
  actions: z.array(z.string()),
  /** What makes it worth proposing: entities that acted, and techniques. */
  triggers: z.strictObject({
    entities: z.array(z.enum(ENTITY_TYPES)),
    attack: z.array(z.string().regex(/^T\d{4}(\.\d{3})?$/)),
  }),
  inputs: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), InputField),
  approvals: z.strictObject({
    /** Equal to the TimeoutSeconds of the machine's approving state. */
    expiresInSec: z.int().min(60).max(604_800),
    /** What happens when nobody decides: nothing is ever done unasked. */
    onExpiry: z.enum(['deny']),
  }),
  /** The playbook that takes it back; null where there is nothing to take back. */
  undo: z.strictObject({ playbook: z.string().nullable(), text: localText }),
  /** What the attacker can still do afterwards. */
  staysOpen: z.array(localText),
  runbook: localText,
});
export type Playbook = z.infer<typeof Playbook>;

export interface ParsedPlaybook {
  playbook?: Playbook;
  problems: Problem[];
}

/** `file` is what problems name. The folder of the file must bear the playbook's id. */
export function parsePlaybook(text: string, file: string): ParsedPlaybook {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, uniqueKeys: true });
  const placed = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const syntax = syntaxProblems(document, placed);
  if (syntax.length > 0) return { problems: syntax };
  const at = (path: readonly PropertyKey[]): string => {
    for (let length = path.length; length > 0; length--) {
      const node: unknown = document.getIn(path.slice(0, length).map(String), true);
      if (isNode(node) && node.range) return placed(node.range[0]);
    }
    return placed(0);
  };
  const result = Playbook.safeParse(document.toJS());
  if (!result.success) return { problems: result.error.issues.flatMap((issue) => problemsOf(issue, at)) };
  const problems = checkMeaning(result.data, file, at);
  return problems.length > 0 ? { problems } : { playbook: result.data, problems };
}

/** Aliases are refused: nothing needs them, and a few lines of them can mean gigabytes. */
function syntaxProblems(document: Document.Parsed, placed: (offset: number) => string): Problem[] {
  const problems = document.errors.map((error) => ({
    at: placed(error.pos[0]),
    what: error.message.split('\n')[0] ?? 'no YAML',
  }));
  visit(document, {
    Alias: (_key, node) => {
      problems.push({ at: placed(node.range?.[0] ?? 0), what: `alias *${node.source}: aliases are not allowed` });
      return visit.BREAK;
    },
  });
  return problems;
}

function problemsOf(issue: z.core.$ZodIssue, at: (path: readonly PropertyKey[]) => string): Problem[] {
  if (issue.code !== 'unrecognized_keys')
    return [{ at: at(issue.path), what: `${issue.path.join('.') || '(root)'}: ${issue.message}` }];
  const allowed = Object.keys(Playbook.shape);
  return issue.keys.map((key) => {
    const near = nearest(key, allowed);
    const what = `unknown key "${key}"`;
    return { at: at([...issue.path, key]), what, ...(near === undefined ? {} : { fix: `Did you mean "${near}"?` }) };
  });
}

function checkMeaning(playbook: Playbook, file: string, at: (path: readonly PropertyKey[]) => string): Problem[] {
  const problems: Problem[] = [];
  const folder = file.split('/').at(-2);
  if (folder !== undefined && folder !== playbook.id) {
    problems.push({ at: at(['id']), what: `id "${playbook.id}" in the folder "${folder}"`, allowed: folder });
  }
  for (const [name, { pattern }] of Object.entries(playbook.inputs)) {
    if (pattern === undefined) continue;
    try {
      new RegExp(pattern, 'u');
    } catch (error) {
      problems.push({
        at: at(['inputs', name, 'pattern']),
        what: `no regular expression: ${error instanceof Error ? error.message : ''}`,
      });
    }
  }
  return problems;
}

/** What is wrong with an input for a playbook: unknown, missing or ill-formed fields. Values are not repeated: they may be log text. */
export function inputProblems(playbook: Playbook, input: JsonObject): Problem[] {
  const names = Object.keys(playbook.inputs);
  const problems: Problem[] = Object.keys(input)
    .filter((name) => !names.includes(name))
    .map((name) => ({ at: 'input', what: `unknown field "${name.slice(0, 40)}"`, allowed: names.join(', ') }));
  for (const [name, field] of Object.entries(playbook.inputs)) {
    const value = Object.hasOwn(input, name) ? input[name] : undefined;
    if (value === undefined) {
      if (field.required) problems.push({ at: `input.${name}`, what: 'missing', fix: field.text.en });
    } else if (typeof value !== (field.type === 'text' ? 'string' : 'boolean')) {
      problems.push({ at: `input.${name}`, what: `of type ${typeof value}`, allowed: field.type });
    } else if (field.pattern !== undefined && !new RegExp(`^(?:${field.pattern})$`, 'u').test(String(value))) {
      problems.push({ at: `input.${name}`, what: 'does not have the form of one', allowed: field.pattern });
    }
  }
  return problems;
}
