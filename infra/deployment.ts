/** Turns the repository (configuration, sources, pipeline, playbooks, actions) into the CDK app, stack by stack. */
import { App, type AppProps, Aws, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Config } from '../functions/core/config.ts';
import { enabledSources } from '../functions/core/config.ts';
import { cutView } from '../functions/core/lake/table-view.ts';
import { LAKE_VIEWS } from '../functions/core/lake/views.ts';
import { pascal } from '../functions/core/pascal.ts';
import { PIPELINE, type Stage } from '../functions/pipeline.ts';
import type { Source } from '../functions/sources/source.ts';
import type { Bundle } from './bundle.ts';
import { DataStack } from './data-stack.ts';
import { SecurityLakeNamesStack, ViewStack, viewParts } from './lake-views.ts';
import { MemberStack, type Permissions } from './member-stack.ts';
import { MembersStack } from './members-stack.ts';
import type { Playbook } from './playbook-machines.ts';
import type { ShownCoverage } from './shown-coverage.ts';
import { SocStack } from './soc-stack.ts';

export interface Deployment {
  config: Config;
  bundles: readonly Bundle[];
  sources: readonly Pick<Source, 'id' | 'eventPatterns'>[];
  playbooks: readonly Playbook[];
  permissions: Permissions;
  /** What the rules cover, for the dashboard. */
  coverage: ShownCoverage;
  /** Default: the pipeline's. */
  stages?: readonly Stage[];
}

export interface Built {
  app: App;
  data: DataStack;
  views: readonly ViewStack[];
  soc: SocStack;
  member: MemberStack;
}

/**
 * The view that compaction replaces. CloudFormation touches it when it makes it, and never again, as long as this text stays what it is: an
 * update of it would hide what is compacted until the next run of `maintain`.
 */
const FIRST_CUT = cutView([]);

export function buildApp(deployment: Deployment, appProps: AppProps = {}): Built {
  const { config, bundles, sources, playbooks, permissions, coverage } = deployment;
  const app = new App(appProps);
  const sourceIds = sources.map(({ id }) => id);
  const enabled = enabledSources(config, sourceIds);
  const prefix = pascal(config.name);
  const env = {
    ...(config.account === undefined ? {} : { account: config.account }),
    ...(config.region === undefined ? {} : { region: config.region }),
  };
  const data = new DataStack(app, `${prefix}Data`, { env, config, enabled, sourceIds });
  const database = data.resources.database;
  const views = viewParts([FIRST_CUT, ...LAKE_VIEWS], database).map(
    (part, i) => new ViewStack(app, `${prefix}Views${i + 1}`, { env, database, views: part }),
  );
  for (const view of views) view.addStackDependency(data);
  if (config.athena.securityLakeNames) {
    const names = new SecurityLakeNamesStack(app, `${prefix}SecurityLakeNames`, { env, database, region: config.region });
    for (const view of views) names.addStackDependency(view);
  }
  const soc = new SocStack(app, `${prefix}Soc`, {
    ...{ env, config, bundles, playbooks, coverage, data: data.resources, stages: deployment.stages ?? PIPELINE },
    eventPatterns: sources
      .filter(({ id }) => enabled.includes(id))
      .flatMap(({ id, eventPatterns }) => eventPatterns.map((pattern) => ({ source: id, pattern }))),
  });
  const patterns = sources
    .filter(({ id }) => enabled.includes(id) && config.members.forward.includes(id))
    .flatMap(({ eventPatterns }) => eventPatterns);
  const member = new MemberStack(app, `${prefix}Member`, { env, config, permissions, patterns });
  if (config.members.organizationalUnits.length > 0 && config.region !== undefined)
    new MembersStack(app, `${prefix}Members`, {
      ...{ env, config, region: config.region, stackSetName: `${prefix}Member`, member: { config, permissions, patterns } },
    }).addStackDependency(soc);
  const { permissionsBoundary } = config.iam;
  if (permissionsBoundary !== undefined) {
    // The policy of this name in whichever account it is: by CDK's own way it would be the SOC account's in the members too.
    const arn = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:policy/${permissionsBoundary}`;
    PermissionsBoundary.of(app).apply(ManagedPolicy.fromManagedPolicyArn(data, 'Boundary', arn));
  }
  Tags.of(app).add('yagura:name', config.name);
  return { app, data, views, soc, member };
}
