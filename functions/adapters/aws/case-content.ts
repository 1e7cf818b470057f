/** How this SOC works its cases, which the bundler wrote into this function, checked already. */
import content from 'yagura:cases';

export const { policy, templates, autoClose } = content;
