/** Turns every playbook's `machine.asl.json` into a state machine, unchanged but for the functions that its placeholders name. */
import { ArnFormat, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { pascal } from './stage-function.ts';

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
  return options.playbooks.map((playbook) => createMachine(scope, playbook, { ...options, logGroup }));
}

function createMachine(scope: Construct, playbook: Playbook, options: MachinesOptions & { logGroup: LogGroup }): StateMachine {
  const used = playbook.placeholders.map((name) => [name, functionOf(options.functions, playbook, name)] as const);
  const role = new Role(scope, `${pascal(playbook.id)}MachineRole`, { assumedBy: new ServicePrincipal('states.amazonaws.com') });
  role.addToPolicy(
    new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [...new Set(used.map(([, fn]) => fn.functionArn))] }),
  );
  return new StateMachine(scope, `${pascal(playbook.id)}Machine`, {
    stateMachineName: `${options.namePrefix}${playbook.id}`,
    stateMachineType: StateMachineType.STANDARD,
    definitionBody: DefinitionBody.fromFile(playbook.file),
    definitionSubstitutions: Object.fromEntries(used.map(([name, fn]) => [name, fn.functionArn])),
    role,
    tracingEnabled: true,
    // Execution data would write task tokens, with which anybody who reads the log could approve.
    logs: { destination: options.logGroup, level: LogLevel.ERROR, includeExecutionData: false },
    removalPolicy: options.removal,
  });
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
