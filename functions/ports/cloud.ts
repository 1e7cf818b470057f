/** The accounts that responses act on. */
import type { JsonObject } from '../core/json.ts';

/** Which of the three responder roles of a member account makes the call. */
export type ResponderTier = 'read' | 'contain' | 'destroy';

export interface CloudTarget {
  accountId: string;
  region: string;
  tier: ResponderTier;
  /** An IAM policy document that narrows the role for this call: what both allow is allowed. Default: the role as it is. */
  sessionPolicy?: string;
}

export interface Cloud {
  /**
   * One AWS API call, `service` and `operation` as IAM and botocore spell them: `iam`, `UpdateAccessKey`.
   * Parameters and result in the API's own shape, timestamps as ISO 8601 text.
   * @returns undefined where the API says that the named thing does not exist
   * @throws YaguraError Refused (access denied, unknown operation), Throttled, Unavailable
   */
  call(target: CloudTarget, service: string, operation: string, parameters: JsonObject): Promise<JsonObject | undefined>;
}
