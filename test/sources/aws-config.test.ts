/** Config's files are its own, but for the one that it writes to see whether it may. */
import { expect, it } from 'vitest';
import { sourceById } from '../../functions/sources/index.ts';

it.each([
  ['AWSLogs/111122223333/Config/ConfigWritabilityCheckFile', { skip: 'aws_config_file' }],
  [
    'AWSLogs/o-exampleorgid/111122223333/Config/ap-northeast-1/2025/3/4/ConfigHistory/111122223333_Config_ap-northeast-1_ConfigHistory_AWS::IAM::User_x.json.gz',
    'own',
  ],
  ['111122223333_Config_ap-northeast-1_ConfigSnapshot_20250304T090000Z_x.json.gz', undefined],
  ['Config/readme.md', undefined],
])('the key %s', (key, verdict) => expect(sourceById('aws-config')?.judgeKey(key)).toEqual(verdict));
