/** What is read of an AWS account to judge it: single read calls, and the clock of AWS. */
import type { JsonObject } from '../core/json.ts';

export interface AccountReader {
  /**
   * One reading API call (`Get…`, `List…`, `Describe…`, `Head…`, `Query`), never one that returns a secret's value.
   * @returns undefined where the API says that the named thing does not exist
   * @throws YaguraError Refused, Throttled, Unavailable: "could not look"
   */
  read(service: string, operation: string, parameters: JsonObject): Promise<JsonObject | undefined>;
  /** The time that AWS itself tells, in ms. */
  awsTimeMs(): Promise<number>;
}
