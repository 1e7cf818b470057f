/** Which files of the development corpus hold the records of which source: `samples/raw/panther/<name>.ndjson`. One entry a line. */
export const CORPORA: readonly { id: string; names: readonly string[]; atLeast: number }[] = [
  // biome-ignore format: one a line
  { id: 'aws-cloudtrail', names: ['AWS.CloudTrail'], atLeast: 90 },
  { id: 'aws-guardduty', names: ['AWS.GuardDuty'], atLeast: 2 },
];
