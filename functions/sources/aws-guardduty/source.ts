/** Amazon GuardDuty: AWS's own threat findings, from EventBridge, S3 exports and the API. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { KeyVerdict, Source } from '../source.ts';
import { DETECTION_FINDING, toOcsf } from './event.ts';

/** `[prefix/]AWSLogs/account/GuardDuty/region/yyyy/mm/dd/uuid.jsonl.gz`. @see GuardDuty User Guide, "Exporting findings" */
const EXPORT = /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?\d{12}\/GuardDuty\/[^/]+\/\d{4}\/\d\d\/\d\d\/[^/]+$/;

const judgeKey = (key: string): KeyVerdict => (EXPORT.test(key) ? 'own' : undefined);

/** `ThreatPurpose:ResourceType/ThreatFamily…`. */
const FINDING_TYPE = /^[A-Za-z]+:[A-Za-z0-9]+\/[^\s/]/;

/** True for a finding in either spelling: its type reads like GuardDuty's, and its service, ARN or schema says so. */
function recognizes(record: JsonObject): boolean {
  const type = record['type'] ?? record['Type'];
  if (typeof type !== 'string' || !FINDING_TYPE.test(type)) return false;
  const service = record['service'] ?? record['Service'];
  const name = isJsonObject(service) ? (service['serviceName'] ?? service['ServiceName']) : undefined;
  const arn = record['arn'] ?? record['Arn'];
  if (name === 'guardduty' || (typeof arn === 'string' && /^arn:[^:]+:guardduty:/.test(arn))) return true;
  return 'detectorId' in (isJsonObject(service) ? service : {}) || 'DetectorId' in (isJsonObject(service) ? service : {});
}

export const awsGuardduty: Source = {
  id: 'aws-guardduty',
  title: { en: 'Amazon GuardDuty', ja: 'Amazon GuardDuty(脅威検出)' },
  arrivals: ['object', 'event'],
  eventPatterns: [{ source: ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'] }],
  logsources: [{ product: 'aws', service: 'guardduty' }],
  classes: [DETECTION_FINDING],
  judgeKey,
  recognizes,
  toOcsf,
};
