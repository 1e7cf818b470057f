/** Runs of playbooks: Step Functions, or the interpreter on a laptop. */
import type { Json } from '../core/json.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Execution {
  /** Unique for its playbook; starting again with the same name and input returns the running one. */
  name: string;
  playbook: string;
  status: ExecutionStatus;
  input: Json;
  output?: Json;
  error?: string;
  cause?: string;
  startedAtMs: number;
  stoppedAtMs?: number;
}

export interface Executions {
  /** Starts a playbook (idempotent for the same name and input). @throws YaguraError NotFound for an unknown playbook, Conflict for a used name */
  start(playbook: string, name: string, input: Json): Promise<void>;
  describe(playbook: string, name: string): Promise<Execution | undefined>;
  /** Continues a state that waits with this task token. @throws YaguraError ApprovalInvalid where the token is unknown, used or timed out */
  sendTaskSuccess(taskToken: string, output: Json): Promise<void>;
  sendTaskFailure(taskToken: string, error: string, cause: string): Promise<void>;
}
