/** Turns a change of a user account into the attributes that OCSF Account Change (3001) has beyond API Activity. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';

const text = (value: Json | undefined, key: string): string | undefined => {
  const found = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof found === 'string' && found !== '' ? found : undefined;
};

/** Sets the user that was changed (the caller, where the request names nobody) and the policies that came or went. */
export function addAccountChange(attributes: JsonObject, record: JsonObject, account: string | undefined): void {
  const { requestParameters: request, responseElements: response } = record;
  const changed = isJsonObject(response) ? response['user'] : undefined;
  const user: JsonObject = {};
  const name = text(request, 'userName') ?? text(changed, 'userName');
  const uid = text(changed, 'arn') ?? text(request, 'userId');
  const alternative = text(changed, 'userId');
  if (name !== undefined) user['name'] = name;
  if (uid !== undefined) user['uid'] = uid;
  if (alternative !== undefined) user['uid_alt'] = alternative;
  if (name !== undefined || uid !== undefined) {
    if (account !== undefined) user['account'] = { uid: account };
    attributes['user'] = user;
  }
  const policies = policiesOf(request);
  if (policies.length > 0) attributes['policies'] = policies;
}

function policiesOf(request: Json | undefined): JsonObject[] {
  const arn = text(request, 'policyArn') ?? text(request, 'permissionsBoundary');
  if (arn !== undefined) return [{ uid: arn }];
  const name = text(request, 'policyName');
  return name === undefined ? [] : [{ name }];
}
