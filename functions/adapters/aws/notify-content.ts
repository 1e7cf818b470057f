/** What the configuration says of notifications, which the bundler wrote into this function, checked already. */
import content from 'yagura:notify';

export const notifyConfig = content;
