/** Turns a request of anybody, through an HTTP API, into one for a stage; its answer has no word of what went wrong inside. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { YaguraError } from '../../core/error.ts';
import { failureLine, type LogLine, toStderr } from './handlers.ts';

export interface PlainRequest {
  method: string;
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Uint8Array;
}

/** @see Amazon API Gateway Developer Guide, "AWS Lambda proxy integrations for HTTP APIs": payload format version 2.0 */
export function requestHandler(
  work: (request: PlainRequest) => Promise<{ status: number; body: string }>,
  log: LogLine = toStderr,
): (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2> {
  return async (event) => {
    try {
      const { status, body } = await work(requestOf(event));
      return response(status, body);
    } catch (error) {
      log(failureLine(error));
      // A failure of our own must count as one: alarms look at the function's errors. The API answers 500 in words of its own.
      if (!(error instanceof YaguraError && error.retryable)) throw error;
      return response(503, 'try again later');
    }
  };
}

function requestOf({ requestContext, rawPath, headers, body, isBase64Encoded }: APIGatewayProxyEventV2): PlainRequest {
  return {
    method: requestContext.http.method,
    path: rawPath,
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), value]])),
    ),
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}

const response = (statusCode: number, body: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body,
});
