/** Decide in Lambda: a signed order of a person → `decide`; what their browser asks below `/approvals/` → `answerPage`. Who it is says IAM, never the request. */
import { apiConfig } from '../adapters/aws/api-content.ts';
import { apiHandler } from '../adapters/aws/api-handler.ts';
import { personHandler } from '../adapters/aws/person-handler.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { answerPage } from './page.ts';
import { decide } from './stage.ts';

const ports = await portsFor('decide');
const orders = personHandler((person, order) => decide({ ...order, approver: person }, ports));
const pages = apiHandler((request, more) => answerPage(request, { ...more, ports }), { config: apiConfig });
export const handler = (event: Parameters<typeof orders>[0]) =>
  String(event.rawPath).startsWith('/approvals/') ? pages(event) : orders(event);
