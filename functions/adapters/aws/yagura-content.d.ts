// The detection content that the bundler parses and writes into functions as JSON.
declare module 'yagura:content' {
  import type { Baseline } from '../../core/baseline/baseline.ts';
  import type { Inventory } from '../../core/enrichment/inventory.ts';
  import type { Indicator } from '../../core/indicator/indicator.ts';
  import type { FileMapping } from '../../core/mapping/file.ts';
  import type { ScheduledQuery } from '../../core/scheduled/file.ts';
  import type { SigmaCorrelation, SigmaRule } from '../../core/sigma/ast.ts';
  import type { LakeMap } from '../../core/sigma/sql/lake-map.ts';
  import type { Suppression } from '../../core/suppression/suppression.ts';

  const content: {
    readonly rules: readonly SigmaRule[];
    readonly correlations: readonly SigmaCorrelation[];
    readonly lakeMaps: readonly LakeMap[];
    readonly mappings: readonly FileMapping[];
    readonly scheduledQueries: readonly ScheduledQuery[];
    readonly baselines: readonly Baseline[];
    readonly suppressions: readonly Suppression[];
    readonly indicators: readonly Indicator[];
    readonly inventory: Inventory;
  };
  export default content;
}

// The `collect` section of the configuration, every default filled in.
declare module 'yagura:collect' {
  import type { ConnectorSettings, WebhookConfig } from '../../core/collect-config.ts';

  const content: { readonly connectors: readonly ConnectorSettings[]; readonly webhooks: readonly WebhookConfig[] };
  export default content;
}

// The `api` section of the configuration, every default filled in.
declare module 'yagura:api' {
  import type { ApiConfig } from '../../core/api/member.ts';

  const content: ApiConfig;
  export default content;
}

// The `notify` section of the configuration, every default filled in.
declare module 'yagura:notify' {
  import type { NotifyConfig } from '../../core/notify/config.ts';

  const content: NotifyConfig;
  export default content;
}

// The `lake` section of the configuration.
declare module 'yagura:lake' {
  const content: { readonly retentionDays: Readonly<Record<string, number>> };
  export default content;
}

// The `cases` section of the configuration, every default filled in, and the tasks of `tasks/`.
declare module 'yagura:cases' {
  import type { CasePolicy } from '../../core/case/policy.ts';
  import type { TaskTemplate } from '../../core/case/template.ts';
  import type { AutoClosePolicy } from '../../core/triage/policy.ts';

  const content: {
    readonly policy: CasePolicy;
    readonly templates: readonly TaskTemplate[];
    readonly autoClose: AutoClosePolicy;
  };
  export default content;
}

// The `respond` section of the configuration, every default filled in.
declare module 'yagura:respond' {
  import type { RespondConfig } from '../../core/respond-config.ts';

  const content: RespondConfig;
  export default content;
}

// The `freshness` section of the configuration, and how many rules read which sources.
declare module 'yagura:health' {
  import type { Freshness, Readers } from '../../core/source-freshness.ts';

  const content: { readonly freshness: Freshness; readonly readers: readonly Readers[] };
  export default content;
}
