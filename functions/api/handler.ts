/** Api in Lambda: a signed request of a person → `answerApi`. */
import { apiConfig } from '../adapters/aws/api-content.ts';
import { apiHandler } from '../adapters/aws/api-handler.ts';
import { policy } from '../adapters/aws/case-content.ts';
import { portsFor } from '../adapters/aws/ports.ts';
import { answerApi } from './stage.ts';

const ports = await portsFor('api');
const content = { policy, perMinute: apiConfig.perMinute };
export const handler = apiHandler((request, more) => answerApi(request, { ...more, ports, content }), { config: apiConfig });
