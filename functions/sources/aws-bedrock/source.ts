/** Amazon Bedrock: model invocation logs. @see Bedrock User Guide, "Monitor model invocation" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'aws-bedrock',

  title: { en: 'Amazon Bedrock model invocations', ja: 'Amazon Bedrock モデル呼び出しログ' },
  product: { name: 'Bedrock', vendor_name: 'AWS' },
  logsources: [{ product: 'aws', service: 'bedrock' }],
  keys: /BedrockModelInvocationLogs\//,
  match: [{ schemaType: 'ModelInvocationLog' }, { modelId: true, operation: true, requestId: true, schemaVersion: true }],
  uid: 'requestId',
  time: 'timestamp',
  code: 'operation',
  kinds: [{ class_uid: 6003, activity: { from: 'operation', table: { '*': 2 } } }],
  fields: {
    'actor.user.uid': 'identity.arn',
    'actor.user.name': 'identity.arn',
    'api.operation': 'operation',
    'api.service.name': { is: 'bedrock.amazonaws.com' },
    'api.request.uid': 'requestId',
    'api.request.data': { json: 'input' },
    'api.response.data': { json: 'output' },
    'api.response.error': 'errorCode',
    'resources[0].uid': 'modelId',
    'resources[0].type': { is: 'AWS::Bedrock::FoundationModel' },
    status_id: { from: ['errorCode', 'operation'], table: { '*Exception': 2, '*Error': 2, '*': 1 } },
    'cloud.provider': { is: 'AWS' },
    'cloud.account.uid': 'accountId',
    'cloud.region': 'region',
    'metadata.log_version': 'schemaVersion',
  },
};

export const awsBedrock: Source = mappedSource(SPEC);
