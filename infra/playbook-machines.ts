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
    const isStarter = playbook.placeholders.join() === SHARED_PLACEHOLDER;
    if (isStarter) starter ??= machineRole(scope, 'StarterMachineRole', sharedMachine(scope, options.namePrefix).statements);
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
    .filter((name) => name !== SHARED_PLACEHOLDER)
    .map((name) => [name, functionOf(options.functions, playbook, name)] as const);
  const shared = used.length < playbook.placeholders.length ? sharedMachine(scope, options.namePrefix) : undefined;
  const invoke = { actions: ['lambda:InvokeFunction'], resources: [...new Set(used.map(([, fn]) => fn.functionArn))] };
  const statements = [...(used.length > 0 ? [new PolicyStatement(invoke)] : []), ...(shared?.statements ?? [])];
  const role = options.role ?? machineRole(scope, `${pascal(playbook.id)}MachineRole`, statements);
  return new StateMachine(scope, `${pascal(playbook.id)}Machine`, {
    stateMachineName: `${options.namePrefix}${playbook.id}`,
    stateMachineType: StateMachineType.STANDARD,
    definitionBody: DefinitionBody.fromFile(playbook.file),
    definitionSubstitutions: {
      ...Object.fromEntries(used.map(([name, fn]) => [name, fn.functionArn])),
      ...(shared === undefined ? {} : { [SHARED_PLACEHOLDER]: shared.arn }),
    },
    role,
    tracingEnabled: true,
    // Execution data would write task tokens, with which anybody who reads the log could approve.
    logs: { destination: options.logGroup, level: LogLevel.ERROR, includeExecutionData: false },
    removalPolicy: options.removal,
  });
}

/** The placeholder of the machine that playbooks share, and what a machine needs that starts it and waits for its end. */
const SHARED_PLACEHOLDER = 'RunResponseMachineArn';

/** @see Step Functions Developer Guide, "IAM policies for calling StartExecution": `.sync:2` waits by a rule of EventBridge's */
function sharedMachine(scope: Construct, namePrefix: string): { arn: string; statements: PolicyStatement[] } {
  const arn = (service: string, resource: string, resourceName: string): string =>
    Stack.of(scope).formatArn({
      ...{ service, resource, resourceName },
      arnFormat: service === 'states' ? ArnFormat.COLON_RESOURCE_NAME : ArnFormat.SLASH_RESOURCE_NAME,
    });
  const machine = arn('states', 'stateMachine', `${namePrefix}run-response`);
  return {
    arn: machine,
    statements: [
      new PolicyStatement({ actions: ['states:StartExecution'], resources: [machine] }),
      new PolicyStatement({
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: [arn('states', 'execution', `${namePrefix}run-response:*`)],
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
