/** Turns the organizational units of the configuration into a StackSet of the member template: every account of them, new ones too. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Aws, CfnStackSet, Stack, type StackProps } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import type { Config } from '../functions/core/config.ts';
import { MemberStack, type MemberStackProps } from './member-stack.ts';

export interface MembersStackProps extends StackProps {
  config: Config;
  region: string;
  member: Omit<MemberStackProps, 'env'>;
  /** The doctor finds it by this. */
  stackSetName: string;
}

export class MembersStack extends Stack {
  constructor(scope: Construct, id: string, { config, region, member, stackSetName, ...props }: MembersStackProps) {
    super(scope, id, { description: 'Yagura: member accounts', ...props });
    const { organizationalUnits, regions, callAs } = config.members;
    new CfnStackSet(this, 'StackSet', {
      stackSetName,
      description: `Responder roles and event forwarding for ${config.name}`,
      permissionModel: 'SERVICE_MANAGED',
      callAs: callAs === 'self' ? 'SELF' : 'DELEGATED_ADMIN',
      // An account that leaves the units keeps nothing of ours.
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      capabilities: ['CAPABILITY_NAMED_IAM'],
      templateUrl: this.#template(member).httpUrl,
      parameters: [
        { parameterKey: 'SocAccountId', parameterValue: Aws.ACCOUNT_ID },
        { parameterKey: 'SocRegion', parameterValue: region },
      ],
      operationPreferences: { maxConcurrentPercentage: 25, failureTolerancePercentage: 10, regionConcurrencyType: 'PARALLEL' },
      stackInstancesGroup: [
        { deploymentTargets: { organizationalUnitIds: organizationalUnits }, regions: [...new Set([region, ...regions])] },
      ],
    });
  }

  /** The template as a file of the bootstrap bucket: a template's body within another may have 51,200 bytes alone. */
  #template(props: Omit<MemberStackProps, 'env'>): Asset {
    const app = new App({
      context: { '@aws-cdk/core:validateAgainstDefaultRules': false },
      analyticsReporting: false,
      outdir: mkdtempSync(join(tmpdir(), 'yagura-member-')),
    });
    const stack = new MemberStack(app, 'Member', { ...props, suppressTemplateIndentation: true });
    const path = join(mkdtempSync(join(tmpdir(), 'yagura-member-')), 'member.template.json');
    const { template } = app.synth().getStackByName(stack.stackName);
    writeFileSync(path, JSON.stringify(template));
    return new Asset(this, 'Template', { path });
  }
}
