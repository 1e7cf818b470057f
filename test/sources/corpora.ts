/** Which files of the development corpus hold the records of which source: `samples/raw/panther/<name>.ndjson`. */
// biome-ignore format: one entry a line
export const CORPORA: readonly { id: string; names: readonly string[]; atLeast: number }[] = [
  { id: 'asana', names: ['Asana.Audit'], atLeast: 6 },
  { id: 'aws-cloudtrail', names: ['AWS.CloudTrail'], atLeast: 90 },
  { id: 'aws-guardduty', names: ['AWS.GuardDuty'], atLeast: 2 },
];
