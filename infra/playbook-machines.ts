/** Turns every playbook's `machine.asl.json` into a state machine, unchanged but for the functions that its placeholders name. */
import { ArnFormat, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { pascal } from '../functions/core/pascal.ts';

export interface Playbook {
  /** Folder name. */
  id: string;
  /** Path of the machine's definition. */
  file: string;
  /** Names of the placeholders in the definition: `RespondFunctionArn`. */
  placeholders: readonly string[];
}

export interface MachinesOptions {
  playbooks: readonly Playbook[];
  /** Placeholder → function. */
  functions: Readonly<Record<string, IFunction>>;
  /** Before the playbook's id in the machine's name. */
  namePrefix: string;
  logRetention: RetentionDays;
  removal: RemovalPolicy;
}

export function createMachines(scope: Construct, options: MachinesOptions): StateMachine[] {
  if (options.playbooks.length === 0) return [];
  const logGroup = new LogGroup(scope, 'PlaybookLogs', {
    // Log groups of vended logs with this beginning share one resource policy, whose size is limited.
    logGroupName: `/aws/vendedlogs/states/${options.namePrefix}playbooks`,
    retention: options.logRetention,
    removalPolicy: options.removal,
  });
  // Machines that only start the shared one need the same: one role for all of them.
  let starter: Role | undefined;
  return options.playbooks.map((playbook) => {
    const isStarter = playbook.placeholders.join() === 'RunResponseMachineArn';
    if (isStarter)
      starter ??= machineRole(
        scope,
        'StarterMachineRole',
        starting(scope, options.namePrefix, ['RunResponseMachineArn']).statements,
      );
    const shared = isStarter && starter !== undefined ? { role: starter } : {};
    return createMachine(scope, playbook, { ...options, ...shared, logGroup });
  });
}

function machineRole(scope: Construct, id: string, statements: readonly PolicyStatement[]): Role {
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal('states.amazonaws.com') });
  for (const statement of statements) role.addToPolicy(statement);
  return role;
}

type MachineOptions = MachinesOptions & { logGroup: LogGroup; role?: Role };

function createMachine(scope: Construct, playbook: Playbook, options: MachineOptions): StateMachine {
  const used = playbook.placeholders
    .filter((name) => !Object.hasOwn(STARTED, name))
    .map((name) => [name, functionOf(options.functions, playbook, name)] as const);
  const started = starting(
    scope,
    options.namePrefix,
    playbook.placeholders.filter((name) => Object.hasOwn(STARTED, name)),
  );
  const invoke = { actions: ['lambda:InvokeFunction'], resources: [...new Set(used.map(([, fn]) => fn.functionArn))] };
  const statements = [...(used.length > 0 ? [new PolicyStatement(invoke)] : []), ...started.statements];
  const role = options.role ?? machineRole(scope, `${pascal(playbook.id)}MachineRole`, statements);
  return new StateMachine(scope, `${pascal(playbook.id)}Machine`, {
    stateMachineName: `${options.namePrefix}${playbook.id}`,
    stateMachineType: StateMachineType.STANDARD,
    definitionBody: DefinitionBody.fromFile(playbook.file),
    definitionSubstitutions: {
      ...Object.fromEntries(used.map(([name, fn]) => [name, fn.functionArn])),
      ...started.arns,
    },
    role,
    tracingEnabled: true,
    // Execution data would write task tokens, with which anybody who reads the log could approve.
    logs: { destination: options.logGroup, level: LogLevel.ERROR, includeExecutionData: false },
    removalPolicy: options.removal,
  });
}

/** The placeholders of machines that playbooks start: the one that they share, and the one that takes back. */
const STARTED: Readonly<Record<string, string>> = {
  RunResponseMachineArn: 'run-response',
  UndoResponseMachineArn: 'undo-response',
};

/**
 * What a machine needs that starts others and waits for their end; nothing where it starts none.
 * @see Step Functions Developer Guide, "IAM policies for calling StartExecution": `.sync:2` waits by a rule of EventBridge's
 */
function starting(
  scope: Construct,
  namePrefix: string,
  placeholders: readonly string[],
): { arns: Record<string, string>; statements: PolicyStatement[] } {
  const arn = (service: string, resource: string, resourceName: string): string =>
    Stack.of(scope).formatArn({
      ...{ service, resource, resourceName },
      arnFormat: service === 'states' ? ArnFormat.COLON_RESOURCE_NAME : ArnFormat.SLASH_RESOURCE_NAME,
    });
  const machines = placeholders.map((name) => [name, `${namePrefix}${STARTED[name] ?? ''}`] as const);
  const arns = Object.fromEntries(machines.map(([name, machine]) => [name, arn('states', 'stateMachine', machine)]));
  if (machines.length === 0) return { arns, statements: [] };
  return {
    arns,
    statements: [
      new PolicyStatement({ actions: ['states:StartExecution'], resources: Object.values(arns) }),
      new PolicyStatement({
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: machines.map(([, machine]) => arn('states', 'execution', `${machine}:*`)),
      }),
      new PolicyStatement({
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [arn('events', 'rule', 'StepFunctionsGetEventsForStepFunctionsExecutionRule')],
      }),
    ],
  };
}

function functionOf(functions: Readonly<Record<string, IFunction>>, playbook: Playbook, name: string): IFunction {
  const fn = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (fn === undefined)
    throw new Error(`${playbook.file}: unknown placeholder \${${name}} (allowed: ${Object.keys(functions).join(', ')})`);
  return fn;
}

/** ARNs of all machines of a prefix, and of their executions: for grants that must not wait for the machines. */
export function machineArns(scope: Construct, namePrefix: string): { prefix: string; machines: string; executions: string } {
  const arn = (resource: string, resourceName: string): string =>
    Stack.of(scope).formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  return {
    prefix: arn('stateMachine', namePrefix),
    machines: arn('stateMachine', `${namePrefix}*`),
    executions: arn('execution', `${namePrefix}*:*`),
  };
}
