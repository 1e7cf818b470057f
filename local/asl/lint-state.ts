/** One state → what is dangerous or useless about its fields, whatever the rest of the machine does. */
import { isJsonObject, type Json, type JsonObject } from '../../functions/core/json.ts';
import { expressionOf, isExpression } from './definition.ts';
import { STATES_ERROR } from './failure.ts';
import type { Remark } from './lint.ts';
import { readsTaskToken } from './lint-expression.ts';
import { parseResource } from './resource.ts';

type Path = (string | number)[];

export interface LintOptions {
  /** Resources that a Task may name. Default: all of a known shape. */
  knownResources?: readonly string[];
  /** True for a Task that changes something, so that repeating it blindly is dangerous. Default: all but reading aws-sdk calls. */
  isMutating?: (resource: string, args: Json | undefined) => boolean;
}

const READING = /^(get|list|describe|head|query|scan|search|batchGet|lookup|filter|simulate)/;

/** Only calls of the AWS SDK whose name says that they read. */
export function defaultIsMutating(resource: string): boolean {
  const action = /:aws-sdk:[a-z0-9]+:([A-Za-z0-9]+)/.exec(resource)?.[1];
  return action === undefined || !READING.test(action);
}

const texts = (value: Json | undefined): string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  return isJsonObject(value) ? Object.values(value).flatMap(texts) : [];
};
const items = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
const errorNames = (item: JsonObject): string[] => texts(item['ErrorEquals']);

export function lintState(state: JsonObject, path: Path, options: LintOptions): Remark[] {
  const remarks = [...recoveryRemarks(state, path), ...secretRemarks(state, path)];
  if (state['Type'] === 'Task') remarks.push(...taskRemarks(state, path, options));
  if (state['Type'] === 'Choice' && state['Default'] === undefined) {
    remarks.push({ rule: 'choice-default', path, what: 'no Default: the execution fails where no rule matches' });
  }
  for (const name of Object.keys(state['Type'] === 'Task' && isJsonObject(state['Arguments']) ? state['Arguments'] : {})) {
    if (name.endsWith('.$'))
      remarks.push({
        rule: 'path-literal',
        path: [...path, 'Arguments', name],
        what: `the key "${name}" is JSONPath; here it is a name like any other`,
      });
  }
  return remarks;
}

function taskRemarks(state: JsonObject, path: Path, options: LintOptions): Remark[] {
  const resource = String(state['Resource'] ?? '');
  return [
    ...timeRemarks(state, path),
    ...resourceRemarks(resource, [...path, 'Resource'], options),
    ...tokenRemarks(state, path, resource),
    ...retryRemarks(state, path, options),
    ...credentialRemarks(state, path),
  ];
}

function timeRemarks(state: JsonObject, path: Path): Remark[] {
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
  const remarks: Remark[] = [];
  if (timeout === undefined)
    remarks.push({ rule: 'task-timeout', path, what: 'the Task has no TimeoutSeconds, so it waits up to 99,999,999 s' });
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    remarks.push({
      rule: 'heartbeat-below-timeout',
      path: [...path, 'HeartbeatSeconds'],
      what: `HeartbeatSeconds ${heartbeat} is not below TimeoutSeconds ${timeout}`,
    });
  }
  return remarks;
}

function resourceRemarks(resource: string, path: Path, { knownResources }: LintOptions): Remark[] {
  if (resource.includes('{%')) return [{ rule: 'resource-expression', path, what: 'a Resource cannot be an expression' }];
  if (knownResources !== undefined && !knownResources.includes(resource))
    return [{ rule: 'known-resource', path, what: `the Resource "${resource}" is not on the list of those that may be called` }];
  if (/^\$\{\w+\}$/.test(resource)) return [];
  const parsed = parseResource(resource.replace(/\$\{\w+\}/g, 'x'));
  if (parsed === undefined) return [{ rule: 'known-resource', path, what: `"${resource}" is not a Resource of a known shape` }];
  if (parsed.kind === 'integration' && /^[A-Z]/.test(parsed.resource)) {
    const fix = `Write ${parsed.resource.charAt(0).toLowerCase()}${parsed.resource.slice(1)}`;
    return [{ rule: 'action-case', path, what: `the action "${parsed.resource}" begins with a capital letter`, fix }];
  }
  return [];
}

function tokenRemarks(state: JsonObject, path: Path, resource: string): Remark[] {
  const waits = resource.endsWith('.waitForTaskToken');
  const passes = texts(state['Arguments']).some((text) => isExpression(text) && readsTaskToken(expressionOf(text)));
  if (waits && !passes)
    return [
      {
        rule: 'token-passed',
        path: [...path, 'Arguments'],
        what: 'nothing gets the task token, so nobody can answer',
        fix: 'Pass {% $states.context.Task.Token %}',
      },
    ];
  if (!waits && passes)
    return [{ rule: 'token-passed', path: [...path, 'Arguments'], what: 'there is a task token only with .waitForTaskToken' }];
  if (!waits && state['HeartbeatSeconds'] !== undefined && !/\.sync/.test(resource) && !resource.includes(':activity:')) {
    return [
      {
        rule: 'heartbeat-useless',
        path: [...path, 'HeartbeatSeconds'],
        what: 'HeartbeatSeconds does nothing here: only a task token can beat',
      },
    ];
  }
  return [];
}

const WILDCARDS: readonly string[] = [STATES_ERROR.all, STATES_ERROR.taskFailed, STATES_ERROR.timeout];

function retryRemarks(state: JsonObject, path: Path, { isMutating = defaultIsMutating }: LintOptions): Remark[] {
  if (!isMutating(String(state['Resource'] ?? ''), state['Arguments'])) return [];
  return items(state['Retry']).flatMap((retrier, index) =>
    errorNames(retrier)
      .filter((name) => WILDCARDS.includes(name) && retrier['MaxAttempts'] !== 0)
      .map((name) => ({
        rule: 'retry-mutating',
        path: [...path, 'Retry', index, 'ErrorEquals'],
        what: `${name} repeats a call that may have changed something`,
        fix: 'Name the transient errors',
      })),
  );
}

function credentialRemarks(state: JsonObject, path: Path): Remark[] {
  const fromInput = texts(state['Credentials']).some(
    (text) => isExpression(text) && /\$states\s*\.\s*(input|context\s*\.\s*Execution\s*\.\s*Input)/.test(text),
  );
  return fromInput
    ? [
        {
          rule: 'credentials-from-input',
          path: [...path, 'Credentials'],
          what: 'the input chooses the role: whoever writes it picks what it may do',
          fix: 'Take it from a variable that a Choice has checked',
        },
      ]
    : [];
}

function recoveryRemarks(state: JsonObject, path: Path): Remark[] {
  const remarks: Remark[] = [];
  for (const field of ['Retry', 'Catch']) {
    const list = items(state[field]);
    for (const [index, item] of list.entries()) {
      const at = [...path, field, index, 'ErrorEquals'];
      const names = errorNames(item);
      if (!names.includes(STATES_ERROR.all)) continue;
      if (names.length > 1) remarks.push({ rule: 'all-alone', path: at, what: 'States.ALL stands with other names' });
      if (index < list.length - 1)
        remarks.push({
          rule: 'all-last',
          path: at,
          what: `States.ALL is not in the last entry of ${field}, so those after it never match`,
        });
    }
    const all = list.flatMap(errorNames);
    if (all.includes(STATES_ERROR.heartbeat) && !WILDCARDS.some((name) => all.includes(name))) {
      remarks.push({
        rule: 'heartbeat-name',
        path: [...path, field],
        what: 'a missing heartbeat is reported as States.Timeout',
        fix: 'Name both',
      });
    }
  }
  return remarks;
}

const SECRET = /\b(AKIA|ASIA)[A-Z2-7]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bxox[abprs]-[\w-]{10,}|\bgh[pousr]_\w{30,}/;

function secretRemarks(state: JsonObject, path: Path): Remark[] {
  const own = Object.entries(state).filter(([field]) => field !== 'Branches' && field !== 'ItemProcessor');
  return own
    .filter(([, value]) => texts(value).some((text) => SECRET.test(text)))
    .map(([field]) => ({ rule: 'secret-literal', path: [...path, field], what: 'a secret stands in the definition' }));
}
