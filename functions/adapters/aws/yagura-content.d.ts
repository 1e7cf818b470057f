// The detection content that the bundler parses and writes into functions as JSON.
declare module 'yagura:content' {
  import type { SigmaCorrelation, SigmaRule } from '../../core/sigma/ast.ts';

  const content: { readonly rules: readonly SigmaRule[]; readonly correlations: readonly SigmaCorrelation[] };
  export default content;
}
