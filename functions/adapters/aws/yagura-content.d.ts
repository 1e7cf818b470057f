// The detection content that the bundler parses and writes into the ingest function as JSON.
declare module 'yagura:content' {
  import type { SigmaRule } from '../../core/sigma/ast.ts';

  const rules: readonly SigmaRule[];
  export default rules;
}
