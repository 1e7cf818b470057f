// What we use of the Secrets Manager client.
declare module '@aws-sdk/client-secrets-manager' {
  export class GetSecretValueCommand {
    constructor(input: { SecretId: string });
  }
  export interface SecretsManagerClient {
    send(command: GetSecretValueCommand): Promise<{ SecretString?: string; SecretBinary?: Uint8Array }>;
  }
  export const SecretsManagerClient: new (options: { maxAttempts: number; retryMode: 'standard' }) => SecretsManagerClient;
}
