/** What the configuration says of keeping the lake, which the bundler wrote into this function, checked already. */
import content from 'yagura:lake';

export const { retentionDays } = content;
