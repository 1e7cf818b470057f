/** Events that are OCSF already: an existing Amazon Security Lake (source versions 1 and 2, custom sources), Security Hub, other producers. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { classUids } from '../../core/ocsf/schema.ts';
import type { KeyVerdict, Source } from '../source.ts';
import { toOcsf } from './event.ts';

/** `aws/CLOUD_TRAIL_MGMT/2.0/region=…/accountId=…/eventDay=…/….gz.parquet`, `ext/<source>/[version/]region=…`. */
const LAKE_OBJECT = /(?:^|\/)(?:aws|ext)\/[^/]+\/(?:[^/]+\/)?region=[^/]+\/account_?id=[^/]+\/eventday=\d{8}\//i;
/** What Iceberg tables of version 2 keep beside their data. */
const TABLE_METADATA = /(?:^|\/)metadata\/[^/]+\.(?:avro|metadata\.json|stats)$/;

function judgeKey(key: string): KeyVerdict {
  if (TABLE_METADATA.test(key)) return { skip: 'iceberg_metadata' };
  return LAKE_OBJECT.test(key) ? 'own' : undefined;
}

const isNumber = (value: unknown): boolean => typeof value === 'number' || (typeof value === 'string' && /^\d{1,9}$/.test(value));

/** True for an event that names its class, its time and the version of OCSF that it is written in. */
function recognizes(record: JsonObject): boolean {
  const { metadata } = record;
  if (!isJsonObject(metadata) || typeof metadata['version'] !== 'string' || !/^\d+\.\d+/.test(metadata['version'])) return false;
  return (isNumber(record['class_uid']) || isNumber(record['type_uid'])) && ('time' in record || 'time_dt' in record);
}

export const ocsf: Source = {
  id: 'ocsf',
  title: { en: 'OCSF events, Amazon Security Lake among them', ja: 'OCSF イベント(Amazon Security Lake を含む)' },
  arrivals: ['object', 'event'],
  eventPatterns: [{ source: ['aws.securityhub'], 'detail-type': ['Findings Imported V2'] }],
  logsources: [{ product: 'ocsf' }, { product: 'aws', service: 'securitylake' }],
  classes: classUids(),
  judgeKey,
  recognizes,
  toOcsf,
};
