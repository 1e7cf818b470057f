// Errors in the shape that the AWS SDK throws: a name, an HTTP status, no class that tests could lean on.
export function serviceError(name: string, httpStatusCode: number, more: Record<string, unknown> = {}): Error {
  return Object.assign(new Error(`${name} (test)`), { name, $metadata: { httpStatusCode }, ...more });
}
