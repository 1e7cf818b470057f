/** Turns a signed HTTP request to a function's URL into an order of a known person. Who it is says AWS, never the request's own body. */
import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import { type ErrorCode, YaguraError } from '../../core/error.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';

/** An order is a small form. */
const MAX_BODY_BYTES = 64 * 1024;
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  BadInput: 400,
  Refused: 403,
  NotFound: 404,
  Conflict: 409,
  PlanChanged: 409,
  ApprovalInvalid: 409,
  ApprovalRejected: 409,
  ApprovalExpired: 410,
  Throttled: 503,
  Unavailable: 503,
};

/**
 * A handler of a URL with IAM authentication: POST with a JSON body. `person` is the caller's ARN. An invocation that did not come through
 * the URL has no caller and is refused.
 * @see AWS Lambda Developer Guide, "Request and response payloads" of function URLs: `requestContext.authorizer.iam.userArn`
 */
export function personHandler(
  work: (person: string, order: JsonObject) => Promise<JsonObject>,
): (event: LambdaFunctionURLEvent) => Promise<LambdaFunctionURLResult> {
  return async (event) => {
    try {
      const person = callerOf(event);
      return response(200, await work(person, orderOf(event)));
    } catch (error) {
      if (!(error instanceof YaguraError)) throw error;
      const status = STATUS[error.code];
      // A failure of our own must count as one: alarms look at the function's errors.
      if (status === undefined) throw error;
      return response(status, { error: error.code, message: error.message });
    }
  };
}

function callerOf(event: unknown): string {
  const context = isJsonObject(event) ? event['requestContext'] : undefined;
  const authorizer = isJsonObject(context) ? context['authorizer'] : undefined;
  const iam = isJsonObject(authorizer) ? authorizer['iam'] : undefined;
  const arn = isJsonObject(iam) ? iam['userArn'] : undefined;
  if (typeof arn === 'string' && arn.startsWith('arn:')) return arn;
  throw new YaguraError('Refused', "no caller: call this function through its URL, signed with the person's own credentials");
}

function orderOf(event: LambdaFunctionURLEvent): JsonObject {
  if (event.requestContext.http.method !== 'POST') throw new YaguraError('BadInput', 'only POST decides');
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.byteLength > MAX_BODY_BYTES)
    throw new YaguraError('BadInput', `a body of ${body.byteLength} bytes (allowed: ${MAX_BODY_BYTES})`);
  try {
    const order: unknown = JSON.parse(body.toString('utf8'));
    if (isJsonObject(order)) return order;
  } catch {
    // Told below.
  }
  throw new YaguraError('BadInput', 'the body is no JSON object');
}

const response = (statusCode: number, body: JsonObject): LambdaFunctionURLResult => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});
