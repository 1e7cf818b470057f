/** The detection content that the bundler wrote into this function, parsed already. */
import content from 'yagura:content';

export const { rules, correlations, lakeMaps, mappings, scheduledQueries, baselines, suppressions, indicators, inventory } =
  content;
