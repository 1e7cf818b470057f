/** What cdk-nag finds in the templates and is meant so, with the reason: a test fails on any other finding, and on a line here that finds nothing. */

export interface Acknowledged {
  /** The whole id of the finding. */
  finding: RegExp;
  /** Construct paths, where it is meant for some alone. */
  where?: RegExp;
  reason: string;
}

const OURS = /^[^/]+Soc\//;
const STAGE_ROLE = /Soc\/\w+Role\/DefaultPolicy/;
/** Machines' roles, with the one that the shared machine's starters use. */
const MACHINE_ROLE = /Soc\/\w+MachineRole\/DefaultPolicy/;
const RESPONDER = /Member\/Responder-\w+\/DefaultPolicy/;

export const ACKNOWLEDGED: readonly Acknowledged[] = [
  {
    finding: /^AwsSolutions-S1$/,
    where: /Data\/\w+Bucket\//,
    reason:
      'Who reads the buckets is told by CloudTrail data events, which are signed and name the session; server access logs are best-effort, and those of the log buckets would be logs of logs.',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::[^\]]*(Bucket|AthenaResults)\w*\/\*\]$/,
    where: STAGE_ROLE,
    reason: 'Keys of objects are made of time, source and hash: the objects of one of our buckets, and of no other.',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::[^\]]*StateTable\w*\/index\/\*\]$/,
    where: STAGE_ROLE,
    reason: 'The indexes of our one table.',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:[^\]]*:log-group:<\w+Logs\w+>:\*\]$/,
    where: STAGE_ROLE,
    reason: "Lambda names the streams of the function's own log group.",
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: new RegExp(`${STAGE_ROLE.source}|${MACHINE_ROLE.source}`),
    reason: 'X-Ray, and the log deliveries that Step Functions sets up for itself, know no resources.',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::[^\]]*:glue:[^\]]*:table\/\w+\/\*\]$/,
    where: STAGE_ROLE,
    reason: 'The tables and views of our own databases: a rule may ask for any of them.',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::[^\]]*:states:[^\]]*:(stateMachine|execution):[\w-]+\*?(:\*)?\]$/,
    where: new RegExp(`${STAGE_ROLE.source}|${MACHINE_ROLE.source}`),
    reason: 'Machines below our own prefix, and executions, whose names are not known before they start.',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::[^\]]*:role\/\w+Responder-\*\]$/,
    where: /RespondRole/,
    reason: 'Three roles, one a tier, in each account of the organization.',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::(\*|arn:\*:[^\]]+)\]$/,
    where: RESPONDER,
    reason:
      'What a response acts on is known when an incident is: the type of resource is fixed by the action, the target by the plan that people approve, and the never-touch list holds. `*` is of read actions and of those that know no resources.',
  },
  {
    finding: /^AwsSolutions-SF1$/,
    where: OURS,
    reason: 'Level ALL writes the input of states, and with it task tokens: whoever reads the log could approve.',
  },
  {
    finding: /^Serverless-SQSRedrivePolicy$/,
    where: /DeadLetters\/Resource$/,
    reason: 'These are the dead-letter queues themselves; an alarm tells of the first message.',
  },
  {
    finding: /^Serverless-LambdaDLQ$/,
    where: OURS,
    reason:
      'Only for asynchronous calls: ours are called by queues (whose redrive keeps what fails), by machines and by people, who see the failure.',
  },
  {
    finding: /^Serverless-LambdaEventSourceMappingDestination$/,
    where: OURS,
    reason: 'A destination is for streams; of a queue the redrive policy keeps what fails.',
  },
  {
    finding: /^Serverless-EventBusDLQ$/,
    where: /\/ScheduleScheduled\/|\/FailedExecutions\/|\/LoggingTampered\/|Member\/Forward$/,
    reason:
      'A start that is lost is made up for five minutes later (windows overlap); EventBridge tries to tell of the others for 24 hours.',
  },
  {
    finding: /^Serverless-SNSRedrivePolicy$/,
    where: /\/Alerts\//,
    reason: 'SNS does not move undelivered mail to a queue; the alarm itself stays red, and channels tell by their own way.',
  },
  {
    finding: /^AwsSolutions-APIG4$/,
    where: /\/WebhookApi\//,
    reason:
      'Vendors cannot sign for IAM: the function checks the HMAC of each request over its raw body, and takes nothing without.',
  },
];
