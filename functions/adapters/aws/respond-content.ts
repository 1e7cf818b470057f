/** What the configuration says of responding, which the bundler wrote into this function, checked already. */
import content from 'yagura:respond';

export const { tenants } = content;
