/** The table of routes → an OpenAPI 3.1 document. */
import * as z from 'zod';
import type { JsonObject } from '../json.ts';
import { ROUTE_NAMES, ROUTES, type Route } from './routes.ts';

const schemaOf = (type: z.ZodType, io: 'input' | 'output'): JsonObject => {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io, unrepresentable: 'any' }) as JsonObject;
  return schema;
};

const ERROR: JsonObject = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'problems', 'requestId'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        requestId: { type: 'string' },
        problems: {
          type: 'array',
          items: {
            type: 'object',
            required: ['what'],
            properties: {
              at: { type: 'string' },
              what: { type: 'string' },
              allowed: { type: 'string' },
              fix: { type: 'string' },
            },
          },
        },
      },
    },
  },
};

/** Statuses beside 200, and when they come. */
const FAILURES: Readonly<Record<string, string>> = {
  400: 'The request is not understood; each problem is named',
  401: 'No caller, or a token that is not good',
  403: 'The role may not do this, or the rules of cases forbid it now',
  404: 'It is not there, or the caller is not cleared for it: both look the same',
  409: 'The idempotency key was used for another request, or too many change this at once',
  412: 'It changed since the caller looked; who did what is told',
  413: 'The body is too large',
  428: 'A change needs If-Match',
  429: 'Too many requests; Retry-After says when',
  503: 'Try again later',
};

export function openapi(): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const name of ROUTE_NAMES) {
    const route: Route = ROUTES[name];
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Yagura', version: '1', description: 'Cases, incidents and measures. docs/api.md says how to sign in.' },
    paths,
    components: {
      schemas: { Error: ERROR },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'on a laptop' },
        iam: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'AWS Signature Version 4, service lambda' },
      },
    },
    security: [{ token: [] }, { iam: [] }],
  };
}

function operationOf(name: string, { does, role, params, query, body, answer, changes }: Route): JsonObject {
  const fixed = parametersOf(params, 'path');
  return {
    operationId: name,
    summary: does,
    description: `Least role: ${role}.`,
    parameters: [...fixed, ...parametersOf(query, 'query'), ...(changes === true ? CHANGE_HEADERS : [])],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } }),
    responses: {
      200: { description: 'Done', content: { 'application/json': { schema: schemaOf(answer, 'output') } } },
      ...Object.fromEntries(
        Object.entries(FAILURES).map(([status, description]) => [
          status,
          { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
        ]),
      ),
    },
  };
}

const CHANGE_HEADERS: JsonObject[] = [
  {
    ...{ name: 'If-Match', in: 'header', required: true, schema: { type: 'string' } },
    description: 'The `ETag` of the case that the caller saw, or `*` for whatever it is now',
  },
  {
    ...{ name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string', minLength: 8, maxLength: 100 } },
    description: 'A name for this request: sent again under it, it changes nothing again',
  },
];

function parametersOf(shape: z.ZodObject, where: 'path' | 'query'): JsonObject[] {
  const { properties = {}, required = [] } = schemaOf(shape, 'input') as { properties?: JsonObject; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: where, required: where === 'path' || required.includes(name) },
    schema: schema ?? {},
  }));
}
