// The detection content that the bundler compiles into the ingest function. @see infra/content.ts
declare module 'yagura:content' {
  import type { StreamRules } from '../../core/sigma/rule.ts';

  const rules: StreamRules;
  export default rules;
}
