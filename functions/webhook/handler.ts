/** Webhook in Lambda: a request through the HTTP API → `receive`. */
import { webhooks } from '../adapters/aws/collect-content.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { requestHandler } from '../adapters/aws/request-handler.ts';
import { receive } from './stage.ts';

const ports = await portsFor('webhook');
export const handler = requestHandler((request) => receive(request, ports, webhooks));
