/** A channel → the product that takes its messages. */

import { YaguraError } from '../../core/error.ts';
import type { Channel } from '../../core/notify/config.ts';
import { type Product, type Sending, type SendPorts, type Sent, thrown } from '../product.ts';
import { email } from './email.ts';
import { jira } from './jira.ts';
import { pagerduty } from './pagerduty.ts';
import { servicenow } from './servicenow.ts';
import { slack, slackWebhook } from './slack.ts';
import { teams } from './teams.ts';
import { webhook } from './webhook.ts';

const PRODUCTS: { readonly [Name in Channel['product']]: Product<Name> } = {
  slack,
  'slack-webhook': slackWebhook,
  teams,
  email,
  pagerduty,
  jira,
  servicenow,
  webhook,
};

/** True where many messages may become one. */
export const foldsIn = ({ product }: Channel): boolean => PRODUCTS[product].folds;

/** Sends one message. What a broken world throws is an answer here. @throws YaguraError Bug */
export async function sendTo(channel: Channel, sending: Sending, ports: SendPorts): Promise<Sent> {
  try {
    return await dispatch(channel.product, { channel, sending, ports });
  } catch (error) {
    return thrown(error);
  }
}

interface Dispatch {
  channel: Channel;
  sending: Sending;
  ports: SendPorts;
}

function dispatch<Name extends Channel['product']>(name: Name, { channel, sending, ports }: Dispatch): Promise<Sent> {
  if (!isOf(channel, name)) throw new YaguraError('Bug', `channel ${channel.name} is no ${name}`);
  return PRODUCTS[name].send(sending, channel, ports);
}

const isOf = <Name extends Channel['product']>(channel: Channel, name: Name): channel is Extract<Channel, { product: Name }> =>
  channel.product === name;
