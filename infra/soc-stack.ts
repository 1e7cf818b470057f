/** Turns the pipeline into what runs: a function for each stage, its queue, the bus and its rules, the playbooks. Stateless. */
import { Aws, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, type EventPattern, type IEventBus, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Key } from 'aws-cdk-lib/aws-kms';
import { FunctionUrlAuthType, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { readBucketsText } from '../functions/core/adopted-buckets.ts';
import { BUS_SOURCE } from '../functions/core/bus-event.ts';
import type { Config } from '../functions/core/config.ts';
import type { DashboardName } from '../functions/core/config-schema.ts';
import { type VariableName, variablesOf } from '../functions/core/environment.ts';
import type { JsonObject } from '../functions/core/json.ts';
import { mailSenders } from '../functions/core/notify/config.ts';
import { pascal } from '../functions/core/pascal.ts';
import { externalIdOf, responderRolePrefix } from '../functions/core/responder-roles.ts';
import type { Stage } from '../functions/pipeline.ts';
import { adoptBuckets } from './adopted-buckets.ts';
import type { Bundle } from './bundle.ts';
import { createCostDashboard } from './cost-dashboard.ts';
import { createCoverageDashboard } from './coverage-dashboard.ts';
import type { DataResources } from './data-resources.ts';
import { createArrivalBus, FROM_AWS } from './event-forwarding.ts';
import { type GrantContext, grantsOf, portsOf } from './grants.ts';
import { openHooks } from './hooks.ts';
import { createManagerDashboard } from './manager-dashboard.ts';
import { createOperationsDashboard } from './operations-dashboard.ts';
import { createMachines, machineArns, type Playbook } from './playbook-machines.ts';
import { runResponseMachine, stageMachine } from './playbooks.ts';
import { isIdle, secretArn, secretsOf } from './secrets.ts';
import type { ShownCoverage } from './shown-coverage.ts';
import { createStageFunction } from './stage-function.ts';
import { consumeGrant, createStageQueues, feed, isQueueFed, type StageQueues } from './stage-queue.ts';
import { createWatch } from './watch.ts';
import type { Watched } from './watched.ts';

export interface SocStackProps extends StackProps {
  config: Config;
  data: DataResources;
  stages: readonly Stage[];
  bundles: readonly Bundle[];
  playbooks: readonly Playbook[];
  coverage: ShownCoverage;
  /** Event patterns of the sources that this deployment takes. */
  eventPatterns: readonly { source: string; pattern: JsonObject }[];
}

const DASHBOARDS_BY_NAME: Readonly<Record<DashboardName, (scope: Construct, watched: Watched) => void>> = {
  operations: createOperationsDashboard,
  manager: createManagerDashboard,
  coverage: createCoverageDashboard,
  cost: createCostDashboard,
};

export class SocStack extends Stack {
  readonly #props: SocStackProps;
  readonly #bus: EventBus;
  readonly #queues = new Map<string, StageQueues>();
  readonly #functions = new Map<string, LambdaFunction>();

  constructor(scope: Construct, id: string, props: SocStackProps) {
    super(scope, id, { description: 'Yagura: stages, bus and playbooks (stateless)', ...props });
    this.#props = props;
    const { config, stages } = props;
    this.#bus = new EventBus(this, 'Bus', { eventBusName: config.name, description: `Stages of ${config.name}` });
    for (const stage of stages) this.#createStage(stage);
    this.#arrivalRules();
    for (const stage of stages) this.#busRule(stage);
    for (const stage of stages) this.#scheduleRule(stage);
    this.#playbooks();
    const watched: Watched = {
      ...{ name: config.name, locale: config.locale, topic: this.#topic(), queues: this.#queues, functions: this.#functions },
      machineArnPrefix: machineArns(this, `${config.name}-`).prefix,
      ...{ coverage: props.coverage, data: props.data },
    };
    createWatch(this, watched);
    for (const name of new Set(config.dashboards)) DASHBOARDS_BY_NAME[name](this, watched);
  }

  #createStage(stage: Stage): void {
    const { config, bundles } = this.#props;
    const id = pascal(stage.id);
    const bundle = bundles.find((candidate) => candidate.stage === stage.id);
    if (bundle === undefined) throw new TypeError(`stage ${stage.id} has no bundle`);
    const isFed = isQueueFed(stage);
    const queues = isFed ? createStageQueues(this, id, { stage, removal: RemovalPolicy.DESTROY }) : undefined;
    const fn = createStageFunction(this, {
      stage,
      bundle,
      environment: this.#environment(stage),
      grants: [...grantsOf(stage, this.#grantContext(stage)), ...(queues === undefined ? [] : [consumeGrant(queues.queue)])],
      memoryMiB: memoryOf(config, stage),
      roleName: stageRoleName(config, stage.id),
      logRetention: config.logRetentionDays,
      removal: RemovalPolicy.DESTROY,
      vpc: config.vpc,
    });
    this.#functions.set(stage.id, fn);
    // IAM authenticates the person; a plain invocation would not tell who it is.
    if (stage.trigger.kind === 'invoke') {
      const url = fn.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
      new CfnOutput(this, `${id}Url`, { value: url.url, description: `Signed POST requests: ${stage.id}` });
    }
    if (stage.trigger.kind === 'http')
      openHooks(this, id, {
        ...{ trigger: stage.trigger, fn, name: config.name, logRetention: config.logRetentionDays },
        paths: config.collect.webhooks.map(({ path }) => path),
      });
    if (queues === undefined) return;
    this.#queues.set(stage.id, queues);
    feed(this, id, { stage, queue: queues.queue, fn });
  }

  #grantContext(stage: Stage): GrantContext {
    const { config, data } = this.#props;
    const { machines, executions } = machineArns(this, `${config.name}-`);
    const account = config.organizationId === undefined ? Aws.ACCOUNT_ID : '*';
    return {
      data,
      busArn: this.#bus.eventBusArn,
      machineArn: machines,
      executionArn: executions,
      responderRoleArn: `arn:${Aws.PARTITION}:iam::${account}:role/${responderRolePrefix(config)}*`,
      organizationId: config.organizationId,
      adopted: config.adopt,
      secretArns: secretsOf(config, stage).map((reference) => secretArn(this, reference)),
      mailFrom: mailSenders(config.notify),
    };
  }

  #environment(stage: Stage): Record<string, string> {
    const { config, data } = this.#props;
    const { landing, raw, lake, quarantine, evidence } = data.buckets;
    const lock = (locked: boolean): string => (locked ? config.objectLock.mode.toUpperCase() : 'off');
    const values: Record<VariableName, string> = {
      YAGURA_LANDING_BUCKET: landing.name,
      YAGURA_ADOPTED_BUCKETS: readBucketsText(stage.ports.landing === 'read' ? config.adopt : []),
      YAGURA_RAW_BUCKET: raw.name,
      YAGURA_RAW_LOCK: lock(raw.locked),
      YAGURA_LAKE_BUCKET: lake.name,
      YAGURA_QUARANTINE_BUCKET: quarantine.name,
      YAGURA_EVIDENCE_BUCKET: evidence.name,
      YAGURA_EVIDENCE_LOCK: lock(evidence.locked),
      YAGURA_TABLE: data.table.name,
      YAGURA_BUS: this.#bus.eventBusName,
      YAGURA_ATHENA_WORKGROUP: data.workgroup.name,
      YAGURA_ATHENA_DATABASE: data.database,
      YAGURA_QUERY_DAILY_USD: String(config.cost.dailyQueryUsd),
      YAGURA_METRICS: config.metrics,
      YAGURA_MACHINE_ARN_PREFIX: machineArns(this, `${config.name}-`).prefix,
      YAGURA_RESPONDER_ROLE_PREFIX: responderRolePrefix(config),
      YAGURA_RESPONDER_EXTERNAL_ID: externalIdOf(config, Aws.ACCOUNT_ID),
    };
    return Object.fromEntries(variablesOf(portsOf(stage).map(([port]) => port)).map((name) => [name, values[name]]));
  }

  /** Objects that land, and the sources' events on the account's own bus, into the one arrival queue. */
  #arrivalRules(): void {
    const { stages, data, eventPatterns } = this.#props;
    for (const stage of stages) {
      const queues = stage.trigger.kind === 'arrival' ? this.#queues.get(stage.id) : undefined;
      if (queues === undefined) continue;
      const landed = {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [data.buckets.landing.name] } },
      };
      this.#rule('Landed', landed, queues);
      const numbers = new Map<string, number>();
      for (const { source, pattern } of eventPatterns) {
        const number = (numbers.get(source) ?? 0) + 1;
        numbers.set(source, number);
        this.#rule(`Source-${source}-${number}`, toEventPattern(pattern), queues);
      }
      this.#partnerRules(queues);
      this.#memberRule(queues);
      const fn = this.#functions.get(stage.id);
      const { name, adopt: buckets } = this.#props.config;
      if (fn !== undefined) adoptBuckets(this, { name, buckets, stage, queues, fn });
    }
  }

  /** Whatever a partner puts on its bus; the records say themselves which source they are of. */
  #partnerRules(queues: StageQueues): void {
    for (const name of this.#props.config.collect.eventBuses) {
      const bus = EventBus.fromEventBusName(this, `Bus-${name}`, name);
      this.#rule(`Partner-${name}`, { account: [Aws.ACCOUNT_ID] }, queues, bus);
    }
  }

  /** What member accounts forward. */
  #memberRule(queues: StageQueues): void {
    const { name, organizationId } = this.#props.config;
    if (organizationId === undefined) return;
    this.#rule('Forwarded', FROM_AWS, queues, createArrivalBus(this, { name, organizationId }));
  }

  #busRule(stage: Stage): void {
    const queues = this.#queues.get(stage.id);
    if (queues === undefined || stage.consumes.length === 0) return;
    const pattern = { source: [BUS_SOURCE], detailType: [...stage.consumes] };
    this.#rule(`To${pascal(stage.id)}`, pattern, queues, this.#bus);
  }

  /** A tick goes through the stage's queue like everything else: it is repeated where it fails, and ends where people look. */
  #scheduleRule(stage: Stage): void {
    const queues = this.#queues.get(stage.id);
    const everyMin = tickOf(stage);
    if (queues === undefined || everyMin === undefined) return;
    new Rule(this, `Schedule${pascal(stage.id)}`, {
      description: `Wakes ${stage.id} every ${everyMin} minutes`,
      schedule: Schedule.rate(Duration.minutes(everyMin)),
      enabled: !isIdle(this.#props.config, stage),
      targets: [new SqsQueue(queues.queue, { deadLetterQueue: queues.deadLetters })],
    });
  }

  #rule(id: string, eventPattern: EventPattern, { queue, deadLetters }: StageQueues, eventBus?: EventBus | IEventBus): void {
    new Rule(this, id, {
      eventPattern,
      ...(eventBus === undefined ? {} : { eventBus }),
      // What EventBridge cannot deliver ends where people look.
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
  }

  #playbooks(): void {
    const { config, playbooks } = this.#props;
    const functions = Object.fromEntries([...this.#functions].map(([id, fn]) => [`${pascal(id)}FunctionArn`, fn]));
    const own = this.#props.stages.flatMap(({ id, trigger }) => (trigger.kind === 'machine' ? [{ stage: id, trigger }] : []));
    const shared = this.#functions.has('respond') ? [runResponseMachine()] : [];
    const machines = createMachines(this, {
      playbooks: [...playbooks, ...own.map(({ stage, trigger }) => stageMachine(stage, trigger.machine)), ...shared],
      ...{ functions, namePrefix: `${config.name}-` },
      logRetention: config.logRetentionDays,
      removal: RemovalPolicy.DESTROY,
    });
    for (const [i, { stage, trigger }] of own.entries()) {
      const machine = machines[playbooks.length + i];
      if (machine === undefined) throw new TypeError(`stage ${stage} has no machine`);
      new Rule(this, `Schedule${pascal(stage)}`, {
        description: `Starts ${trigger.machine} every ${trigger.everyMin} minutes`,
        schedule: Schedule.rate(Duration.minutes(trigger.everyMin)),
        targets: [new SfnStateMachine(machine, { input: RuleTargetInput.fromObject({}) })],
      });
    }
  }

  #topic(): Topic {
    const { config, data } = this.#props;
    const topic = new Topic(this, 'Alerts', { masterKey: Key.fromKeyArn(this, 'DataKey', data.keyArn), enforceSSL: true });
    if (config.notify.email !== undefined) topic.addSubscription(new EmailSubscription(config.notify.email));
    return topic;
  }
}

/** The role's name is fixed, because member accounts name it in their trust. IAM is global, hence the region. */
export const stageRoleName = (config: Config, stageId: string): string => `${config.name}-${stageId}-${Aws.REGION}`;

/** Minutes between two ticks of the clock, if it has ticks. */
const tickOf = ({ trigger }: Stage): number | undefined =>
  trigger.kind === 'schedule' ? trigger.everyMin : trigger.kind === 'bus' ? trigger.tickMin : undefined;

const memoryOf = ({ memoryMiB }: Config, stage: Stage): number =>
  (Object.hasOwn(memoryMiB, stage.id) ? memoryMiB[stage.id] : undefined) ?? stage.memoryMiB;

/** CDK names some keys of a pattern in its own way; `$or` and the rest stay as they are. */
function toEventPattern({ 'detail-type': detailType, ...rest }: JsonObject): EventPattern {
  return { ...rest, ...(Array.isArray(detailType) ? { detailType: detailType.map(String) } : {}) };
}
