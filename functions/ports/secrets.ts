/** Where secrets are: named by reference in the configuration, read when they are needed, kept nowhere else. */

export interface SecretOptions {
  /** The value may have been rotated: not older than half a minute. */
  fresh?: boolean;
}

export interface Secrets {
  /**
   * The secret's text.
   * @param reference its name or ARN, as the configuration has it
   * @throws YaguraError NotFound where there is none, Refused where it may not be read, Unavailable, Throttled
   */
  get(reference: string, options?: SecretOptions): Promise<string>;
}
