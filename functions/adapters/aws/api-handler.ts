/** Turns a signed request to a function's URL into one of a known person, and the answer back. Who it is says AWS, never the request. */
import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import { type ApiConfig, type Member, memberOf } from '../../core/api/member.ts';
import { isJsonObject } from '../../core/json.ts';
import { failureLine, type LogLine, toStderr } from './handlers.ts';

export interface ApiHandlerOptions {
  config: ApiConfig;
  log?: LogLine;
}

type Answering = (
  request: Request,
  more: { caller: Member | undefined; onFault: (error: unknown, requestId: string) => void },
) => Promise<Response>;

/**
 * A handler of a URL with IAM authentication. An invocation that did not come through the URL has no caller.
 * @see AWS Lambda Developer Guide, "Request and response payloads" of function URLs: `requestContext.authorizer.iam.userArn`
 */
export function apiHandler(
  answer: Answering,
  { config, log = toStderr }: ApiHandlerOptions,
): (event: LambdaFunctionURLEvent) => Promise<LambdaFunctionURLResult> {
  return async (event) => {
    const onFault = (error: unknown, requestId: string): void => log({ ...failureLine(error), requestId });
    const response = await answer(requestOf(event), { caller: callerOf(event, config), onFault });
    return {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  };
}

function callerOf(event: unknown, config: ApiConfig): Member | undefined {
  const at = (value: unknown, key: string): unknown => (isJsonObject(value) ? value[key] : undefined);
  const arn = at(at(at(at(event, 'requestContext'), 'authorizer'), 'iam'), 'userArn');
  return typeof arn === 'string' ? memberOf(arn, config) : undefined;
}

/** The host is ours to choose: nothing is decided on it. */
function requestOf({ requestContext, rawPath, rawQueryString, headers, body, isBase64Encoded }: LambdaFunctionURLEvent): Request {
  const { method } = requestContext.http;
  const url = new URL('https://api.invalid');
  url.pathname = rawPath;
  url.search = rawQueryString;
  const given = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(url, { method, headers: given, ...(hasBody ? { body: bytes } : {}) });
}
