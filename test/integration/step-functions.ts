/** Step Functions' API over HTTP before our interpreter of state machines: moto keeps machines and runs none that is written in JSONata. */
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { YaguraError } from '../../functions/core/error.ts';
import { isJsonObject, type Json, type JsonObject } from '../../functions/core/json.ts';
import type { LocalExecutions } from '../../local/adapters/local-executions.ts';

export interface StepFunctions {
  endpoint: string;
  stop(): Promise<void>;
}

/** What Step Functions answers with for each of our codes. @see the errors of StartExecution and SendTaskSuccess */
const ERRORS: Readonly<Partial<Record<string, string>>> = {
  NotFound: 'StateMachineDoesNotExist',
  Conflict: 'ExecutionAlreadyExists',
  ApprovalInvalid: 'TaskTimedOut',
};

export async function serveStepFunctions(executions: LocalExecutions): Promise<StepFunctions> {
  const server = createServer(async (request, response) => {
    try {
      const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
      const answer = await answerOf(operation, await inputOf(request), executions);
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
    } catch (error) {
      const code = error instanceof YaguraError ? ERRORS[error.code] : undefined;
      const body = { __type: code ?? 'InternalFailure', message: String(error) };
      response
        .writeHead(code === undefined ? 500 : 400, { 'content-type': 'application/x-amz-json-1.0' })
        .end(JSON.stringify(body));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { endpoint: `http://127.0.0.1:${port}`, stop };
}

async function inputOf(request: IncomingMessage): Promise<JsonObject> {
  const input: unknown = JSON.parse(await text(request));
  return isJsonObject(input) ? input : {};
}

async function answerOf(operation: string, input: JsonObject, executions: LocalExecutions): Promise<JsonObject> {
  const parsed = (name: string): Json => JSON.parse(String(input[name] ?? '{}'));
  switch (operation) {
    case 'StartExecution': {
      const machine = String(input['stateMachineArn']);
      const name = String(input['name']);
      await executions.start(machine.split(':').at(-1) ?? '', name, parsed('input'));
      return { executionArn: `${machine.replace(':stateMachine:', ':execution:')}:${name}`, startDate: Date.now() / 1000 };
    }
    case 'DescribeExecution': {
      const [machine = '', name = ''] = String(input['executionArn']).split(':').slice(-2);
      const found = await executions.describe(machine, name);
      if (found === undefined) throw new YaguraError('NotFound', name);
      const { status, startedAtMs, output, error, cause } = found;
      const ended = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
      return { status, startDate: startedAtMs / 1000, output: JSON.stringify(output ?? null), ...ended };
    }
    case 'SendTaskSuccess':
      await executions.sendTaskSuccess(String(input['taskToken']), parsed('output'));
      return {};
    case 'SendTaskFailure':
      await executions.sendTaskFailure(String(input['taskToken']), String(input['error']), String(input['cause']));
      return {};
    default:
      throw new Error(`Step Functions ${operation} is not served`);
  }
}
