/** A message → signed JSON for any server: the signature covers the time and the body, the delivery's id tells repetitions. */
import { createHmac } from 'node:crypto';
import type { Message } from '../../core/notify/message.ts';
import { ask, failed, isGood, type Product } from '../product.ts';

export const webhookBody = (message: Message, deliveryId: string): string =>
  JSON.stringify({ version: 1, id: deliveryId, at: new Date(message.atMs).toISOString(), ...message });

/** The scheme that our own webhooks verify. */
export const signature = (body: string, secret: string, nowMs: number): string => {
  const seconds = Math.floor(nowMs / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex')}`;
};

export const webhook: Product<'webhook'> = {
  folds: true,
  async send({ message, deliveryId }, { url, secret }, { http, secrets, clock }) {
    const body = webhookBody(message, deliveryId);
    const response = await ask(http, {
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Yagura',
        'x-yagura-delivery': deliveryId,
        'x-yagura-signature': signature(body, await secrets.get(secret), clock.nowMs()),
      },
      body,
    });
    return isGood(response) ? { ok: true } : failed(response, { what: 'the webhook', nowMs: clock.nowMs() });
  },
};
