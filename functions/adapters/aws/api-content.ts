/** Who may call the API, which the bundler wrote into this function, checked already. */
import content from 'yagura:api';

export const apiConfig = content;
