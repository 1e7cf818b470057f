/** Each rule of the lint: a machine that it objects to, and its neighbour that it leaves alone. */
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../functions/core/json.ts';
import { type LintMachineOptions, lintMachine } from '../../../local/asl/lint.ts';
import { machineOf } from './laboratory.ts';

const INVOKE = 'arn:aws:states:::lambda:invoke';
const end = { Type: 'Succeed' };
const pass = (more: JsonObject): JsonObject => ({ Type: 'Pass', End: true, ...more });
const task = (more: JsonObject): JsonObject => ({
  Type: 'Task',
  Resource: INVOKE,
  Arguments: { FunctionName: 'f' },
  TimeoutSeconds: 60,
  End: true,
  ...more,
});
const token = (more: JsonObject): JsonObject =>
  task({
    Resource: `${INVOKE}.waitForTaskToken`,
    Arguments: { FunctionName: 'f', Payload: { t: '{% $states.context.Task.Token %}' } },
    ...more,
  });
const retry = (...names: string[][]): Json => names.map((ErrorEquals) => ({ ErrorEquals }));
const caught = (...names: string[][]): Json => names.map((ErrorEquals) => ({ ErrorEquals, Next: 'Z' }));
const machine = (states: JsonObject, more: JsonObject = {}): JsonObject => machineOf(states, { TimeoutSeconds: 600, ...more });
const one = (state: JsonObject): JsonObject => machine({ A: state });
const withZ = (state: JsonObject): JsonObject => machine({ A: state, Z: end });
const parallel = (states: JsonObject): JsonObject => ({
  Type: 'Parallel',
  Branches: [{ StartAt: Object.keys(states)[0] ?? '', States: states }],
  End: true,
});
const items = (states: JsonObject, mode: string): JsonObject => ({
  Type: 'Map',
  ItemProcessor: {
    ProcessorConfig: { Mode: mode, ...(mode === 'DISTRIBUTED' ? { ExecutionType: 'STANDARD' } : {}) },
    StartAt: Object.keys(states)[0] ?? '',
    States: states,
  },
  Next: 'Z',
});

type Case = [rule: string, bad: JsonObject, good: JsonObject, options?: LintMachineOptions];

const OURS: Case[] = [
  ['machine-jsonata', { StartAt: 'A', TimeoutSeconds: 9, States: { A: pass({}) } }, one(pass({}))],
  ['machine-timeout', machineOf({ A: pass({}) }), one(pass({}))],
  ['unreachable', machine({ A: pass({}), B: pass({}) }), machine({ A: { Type: 'Pass', Next: 'B' }, B: pass({}) })],
  ['unreachable', one(parallel({ B: pass({}), C: pass({}) })), one(parallel({ B: { Type: 'Pass', Next: 'C' }, C: pass({}) }))],
  [
    'no-terminal',
    machine({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } }),
    machine({ A: { Type: 'Pass', Next: 'B' }, B: end }),
  ],
  [
    'task-timeout',
    one({ Type: 'Task', Resource: INVOKE, Arguments: { FunctionName: 'f' }, End: true }),
    one(task({ TimeoutSeconds: '{% $states.input.t %}' })),
  ],
  ['heartbeat-below-timeout', one(token({ HeartbeatSeconds: 60 })), one(token({ HeartbeatSeconds: 59 }))],
  ['heartbeat-useless', one(task({ HeartbeatSeconds: 10 })), one(token({ HeartbeatSeconds: 10 }))],
  [
    'heartbeat-name',
    withZ(token({ Catch: caught(['States.HeartbeatTimeout']) })),
    withZ(token({ Catch: caught(['States.HeartbeatTimeout', 'States.Timeout']) })),
  ],
  [
    'token-passed',
    one(token({ Arguments: { FunctionName: 'f', Payload: 'Task.Token' } })),
    one(token({ Arguments: '{% {"FunctionName": "f", "Payload": $states.context.Task} %}' })),
  ],
  ['token-passed', one(task({ Arguments: { FunctionName: 'f', Payload: '{% $states.context.Task.Token %}' } })), one(task({}))],
  ['all-alone', withZ(task({ Catch: caught(['States.ALL', 'E']) })), withZ(task({ Catch: caught(['States.ALL']) }))],
  ['all-last', withZ(task({ Catch: caught(['States.ALL'], ['E']) })), withZ(task({ Catch: caught(['E'], ['States.ALL']) }))],
  ['retry-mutating', one(task({ Retry: retry(['States.ALL']) })), one(task({ Retry: retry(['Lambda.ServiceException']) }))],
  [
    'retry-mutating',
    one(task({ Resource: 'arn:aws:states:::aws-sdk:iam:deleteUser', Retry: retry(['States.TaskFailed']) })),
    one(task({ Resource: 'arn:aws:states:::aws-sdk:iam:getUser', Retry: retry(['States.ALL']) })),
  ],
  [
    'known-resource',
    one(task({ Resource: 'arn:aws:states:::aws-sdk:iam:deleteUser' })),
    one(task({})),
    { knownResources: [INVOKE] },
  ],
  ['known-resource', one(task({ Resource: 'http://example.com' })), one(task({ Resource: '$' + '{StepArn}' }))],
  [
    'action-case',
    one(task({ Resource: 'arn:aws:states:::aws-sdk:iam:GetUser' })),
    one(task({ Resource: 'arn:aws:states:::aws-sdk:iam:getUser' })),
  ],
  ['resource-expression', one(task({ Resource: '{% $states.input.r %}' })), one(task({}))],
  [
    'credentials-from-input',
    one(task({ Credentials: { RoleArn: '{% $states.input.role %}' } })),
    machine({ A: { Type: 'Pass', Assign: { role: 'x' }, Next: 'B' }, B: task({ Credentials: { RoleArn: '{% $role %}' } }) }),
  ],
  [
    'choice-default',
    machine({ A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'Z' }] }, Z: end }),
    machine({ A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'Z' }], Default: 'Z' }, Z: end }),
  ],
  ['secret-literal', one(pass({ Output: { key: `AK${'IA'}ABCDEFGHIJKLMNOP` } })), one(pass({ Output: { key: 'AKIA' } }))],
  ['jsonata-syntax', one(pass({ Output: '{% 1 + %}' })), one(pass({ Output: '{% 1 + 1 %}' }))],
  [
    'undefined-variable',
    one(pass({ Output: '{% $later %}' })),
    machine({ A: { Type: 'Pass', Assign: { later: 1 }, Next: 'B' }, B: pass({ Output: '{% $later %}' }) }),
  ],
  [
    'undefined-variable',
    one(pass({ Assign: { x: 1 }, Output: '{% $x %}' })),
    one(pass({ Output: '{% ($x := 1; $map([1], function($v) { $v + $x })) %}' })),
  ],
  [
    'undefined-variable',
    machine({
      A: { Type: 'Pass', Assign: { x: 1 }, Next: 'M' },
      M: items({ I: pass({ Output: '{% $x %}' }) }, 'DISTRIBUTED'),
      Z: end,
    }),
    machine({
      A: { Type: 'Pass', Assign: { x: 1 }, Next: 'M' },
      M: items({ I: pass({ Output: '{% $x %}' }) }, 'INLINE'),
      Z: end,
    }),
  ],
  [
    'undefined-variable',
    withZ(task({ Catch: [{ ErrorEquals: ['E'], Next: 'Z', Assign: { e: 1 } }], Output: '{% $e %}' })),
    machine({
      A: { Type: 'Pass', Assign: { far: 1 }, Next: 'B' },
      B: { Type: 'Pass', Next: 'C' },
      C: pass({ Output: '{% $far %}' }),
    }),
  ],
  [
    'shadowed-variable',
    machine({ A: { Type: 'Pass', Assign: { x: 1 }, Next: 'P' }, P: parallel({ I: pass({ Assign: { x: 2 } }) }) }),
    machine({ A: { Type: 'Pass', Assign: { x: 1 }, Next: 'P' }, P: parallel({ I: pass({ Assign: { y: 2 } }) }) }),
  ],
  ['no-eval', one(pass({ Output: '{% $eval("1") %}' })), one(pass({ Output: '{% $parse("1") %}' }))],
  ['bare-root', one(pass({ Output: '{% $.a %}' })), one(pass({ Output: '{% $states.input.a[$ > 1] %}' }))],
  ['bare-root', one(pass({ Output: '{% $states.input.a[$$.b = 1] %}' })), one(pass({ Output: '{% $states.input.a[b = 1] %}' }))],
  ['bare-name', one(pass({ Output: '{% a.b %}' })), one(pass({ Output: '{% $states.input.(a.b) %}' }))],
  ['states-member', one(pass({ Output: '{% $states.inputs %}' })), one(pass({ Output: '{% $states.input %}' }))],
  [
    'result-placement',
    one(task({ Arguments: { FunctionName: 'f', Payload: '{% $states.result %}' } })),
    one(task({ Output: '{% $states.result %}', Assign: { r: '{% $states.result.a %}' } })),
  ],
  [
    'result-placement',
    withZ(task({ Catch: [{ ErrorEquals: ['E'], Next: 'Z', Output: '{% $states.result %}' }] })),
    withZ(task({ Catch: [{ ErrorEquals: ['E'], Next: 'Z', Output: '{% $states.input %}' }] })),
  ],
  [
    'error-output-placement',
    one(task({ Output: '{% $states.errorOutput %}' })),
    withZ(task({ Catch: [{ ErrorEquals: ['E'], Next: 'Z', Assign: { e: '{% $states.errorOutput %}' } }] })),
  ],
  ['intrinsic', one(pass({ Output: "{% States.Format('{}', 1) %}" })), one(pass({ Output: "{% $join(['a', 'b']) %}" }))],
  ['intrinsic', one(pass({ Output: "States.Format('{}', 1)" })), one(pass({ Output: 'States.ALL' }))],
  ['not-quite-expression', one(pass({ Output: ' {% 1 %}' })), one(pass({ Output: '{% 1 %}' }))],
  ['not-quite-expression', one(pass({ Output: 'a {% $states.input %}' })), one(pass({ Output: '100 % sure' }))],
  ['path-literal', one(pass({ Output: '$.a.b' })), one(pass({ Output: 'costs $5' }))],
  ['path-literal', one(task({ Arguments: { 'FunctionName.$': 'f' } })), one(task({}))],
];

/** What Step Functions refuses by itself, seen in the text of the problem. */
const THEIRS: [what: RegExp, bad: JsonObject | string, good: JsonObject | string][] = [
  [/not JSON/, '{"StartAt": "A",}', JSON.stringify(one(pass({})))],
  [
    /comes twice/,
    '{"QueryLanguage":"JSONata","TimeoutSeconds":9,"StartAt":"A","States":{"A":{"Type":"Succeed"},"A":{"Type":"Fail"}}}',
    JSON.stringify(one(end)),
  ],
  [/is used twice/, one(parallel({ A: pass({}) })), one(parallel({ B: pass({}) }))],
  [/no state "Nowhere"/, one({ Type: 'Pass', Next: 'Nowhere' }), withZ({ Type: 'Pass', Next: 'Z' })],
  [/no state "Nowhere"/, machine({ A: end }, { StartAt: 'Nowhere' }), one(end)],
  [/no state "Nowhere"/, one(task({ Catch: [{ ErrorEquals: ['E'], Next: 'Nowhere' }] })), withZ(task({ Catch: caught(['E']) }))],
  [
    /no state "Nowhere"/,
    machine({ A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'Nowhere' }], Default: 'Z' }, Z: end }),
    machine({ A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'Z' }], Default: 'Z' }, Z: end }),
  ],
  [/neither or both of Next and End/, one({ Type: 'Pass' }), one(pass({}))],
  [/unknown field "Reslut"/, one(pass({ Reslut: 1 })), one(pass({}))],
  [
    /unknown field "ResultPath"/,
    withZ(task({ Catch: [{ ErrorEquals: ['E'], Next: 'Z', ResultPath: '$.e' }] })),
    withZ(task({ Catch: caught(['E']) })),
  ],
  [/unknown field "InputPath"/, one(pass({ InputPath: '$.a' })), one(pass({ Output: '{% $states.input.a %}' }))],
  [/"states" is reserved/, one(pass({ Assign: { states: 1 } })), one(pass({ Assign: { state: 1 } }))],
  [/is not a variable name/, one(pass({ Assign: { 'a-b': 1 } })), one(pass({ Assign: { a_b: 1 } }))],
  [
    /'JSONPath' inside a machine whose QueryLanguage is 'JSONata'/,
    one(pass({ QueryLanguage: 'JSONPath' })),
    one(pass({ QueryLanguage: 'JSONata' })),
  ],
  [/written in JSONPath/, { StartAt: 'A', States: { A: task({}) } }, one(task({}))],
  [
    /exactly one of Seconds and Timestamp/,
    one({ Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true }),
    one({ Type: 'Wait', Seconds: 1, End: true }),
  ],
  [/Type is "Loop"/, one({ Type: 'Loop', End: true }), one(pass({}))],
  [
    /must be a JSONata expression/,
    one({ Type: 'Wait', Seconds: 'soon', End: true }),
    one({ Type: 'Wait', Seconds: '{% 5 %}', End: true }),
  ],
];

const texts = (definition: JsonObject | string, options?: LintMachineOptions): string[] =>
  lintMachine(definition, options).map(({ what }) => what);

describe('our rules', () => {
  test.each(OURS)('%s objects to the one and not to the other', (rule, bad, good, options) => {
    expect(texts(bad, options).filter((what) => what.startsWith(`${rule}: `))).toHaveLength(1);
    expect(texts(good, options)).toEqual([]);
  });
});

describe('what Step Functions refuses', () => {
  test.each(THEIRS)('%s is reported for the one, and nothing for the other', (what, bad, good) => {
    expect(texts(bad).some((text) => what.test(text))).toBe(true);
    expect(texts(good)).toEqual([]);
  });
});

test('a problem says where it is: file, line and column', () => {
  const text = JSON.stringify(one(pass({ Output: { a: ['{% $nothing %}'] } })), null, 2);
  const [problem] = lintMachine(text, { file: 'machine.asl.json' });
  const line = text.split('\n').findIndex((each) => each.includes('$nothing')) + 1;
  expect(problem?.at).toBe(`machine.asl.json:${line}:11`);
});

test('several problems come together', () => {
  expect(
    texts(machineOf({ A: task({ TimeoutSeconds: 5, Arguments: '{% $a & $b %}' }), B: pass({}) })).map(
      (what) => what.split(':')[0],
    ),
  ).toEqual(['machine-timeout', 'unreachable', 'undefined-variable', 'undefined-variable']);
});

test('the document that is linted is not changed', () => {
  const document = one(task({}));
  const before = structuredClone(document);
  lintMachine(document);
  expect(document).toEqual(before);
});

test.each(['null', '[]', '{"States":3}', '{"States":{"A":null}}', '{"StartAt":"A","States":{"__proto__":{"Type":"Pass"}}}', ''])(
  'hostile text %s is answered with problems',
  (text) => {
    expect(lintMachine(text).length).toBeGreaterThan(0);
  },
);
