/** The detection content that the bundler wrote into this function, parsed already. */
export { default as rules } from 'yagura:content';
