/** Which files of the development corpus hold the records of which source: `samples/raw/panther/<name>.ndjson`. */
// biome-ignore format: one entry a line
export const CORPORA: readonly { id: string; names: readonly string[]; atLeast: number }[] = [
  { id: 'asana', names: ['Asana.Audit'], atLeast: 6 },
  { id: 'aws-cloudtrail', names: ['AWS.CloudTrail'], atLeast: 90 },
  { id: 'aws-guardduty', names: ['AWS.GuardDuty'], atLeast: 2 },
  { id: 'slack', names: ['Slack.AuditLogs'], atLeast: 15 },
  { id: 'github', names: ['GitHub.Audit'], atLeast: 34 },
  { id: 'notion', names: ['Notion.AuditLogs'], atLeast: 6 },
  { id: 'openai', names: ['OpenAI.Audit'], atLeast: 10 },
  { id: 'anthropic', names: ['Anthropic.Activity'], atLeast: 13 },
  { id: 'box', names: ['Box.Event'], atLeast: 18 },
  { id: 'dropbox', names: ['Dropbox.TeamEvent'], atLeast: 6 },
  { id: 'zoom', names: ['Zoom.Operation'], atLeast: 9 },
  { id: 'snowflake', names: ['Snowflake.LoginHistory', 'Snowflake.QueryHistory'], atLeast: 17 },
  { id: 'salesforce', names: ['Salesforce.Login', 'Salesforce.BulkApiResultEventStore'], atLeast: 5 },
];
