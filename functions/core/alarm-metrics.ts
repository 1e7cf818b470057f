/** The counters that alarms read: without these metrics nobody would hear of silence, nor of a format that changed. */

export const ALARM_METRICS = [
  'IngestedRecordCount',
  'QuarantinedRecordCount',
  'SilentSourceCount',
  'RuleErrorCount',
  'OpenBreakerCount',
] as const;
