/** Decide in Lambda: a signed request of a person → `decide`. The approver is whom IAM authenticated, whatever the request says. */
import { personHandler } from '../adapters/aws/person-handler.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { decide } from './stage.ts';

const ports = await portsFor('decide');
export const handler = personHandler((person, order) => decide({ ...order, approver: person }, ports));
