/** What the configuration says of collecting, which the bundler wrote into this function, checked already. */
import content from 'yagura:collect';

export const { connectors, webhooks } = content;
