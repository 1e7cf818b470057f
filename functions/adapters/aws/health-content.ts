/** How fresh sources must be and how many rules read each, which the bundler wrote into this function. */
import content from 'yagura:health';

export const health = content;
