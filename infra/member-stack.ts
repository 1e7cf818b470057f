/** What a member account needs for responses: three roles that the SOC's respond function alone may assume, each able to do what actions need. */
import { Aws, CfnCondition, CfnParameter, Duration, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement, PrincipalWithConditions, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Config } from '../functions/core/config.ts';
import { externalIdOf, responderRolePrefix } from '../functions/core/responder-roles.ts';
import type { permissionsOf } from '../functions/respond/actions/index.ts';

/** IAM grants by tier, as the catalogue of actions says. */
export type Permissions = ReturnType<typeof permissionsOf>;
type Tier = keyof Permissions;
export const TIERS: readonly Tier[] = ['read', 'contain', 'destroy'];

export interface MemberStackProps extends StackProps {
  config: Config;
  /** What the catalogue's actions need of each tier. */
  permissions: Permissions;
}

/** Deployed in the SOC account, and as a StackSet template in every member account. */
export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberStackProps) {
    super(scope, id, { description: 'Yagura: responder roles of one account', ...props });
    const { config } = props;
    const parameter = new CfnParameter(this, 'SocAccountId', {
      description: 'The account that Yagura runs in; empty for this one',
      default: config.account ?? '',
      allowedPattern: '^(\\d{12})?$',
    });
    const isHere = new CfnCondition(this, 'SocIsHere', { expression: Fn.conditionEquals(parameter.valueAsString, '') });
    const socAccount = Fn.conditionIf(isHere.logicalId, Aws.ACCOUNT_ID, parameter.valueAsString).toString();
    for (const tier of TIERS) this.#role(tier, socAccount, props);
  }

  #role(tier: Tier, socAccount: string, { config, permissions }: MemberStackProps): void {
    const role = new Role(this, `Responder-${tier}`, {
      roleName: `${responderRolePrefix(config)}${tier}`,
      description: `Yagura responses: ${tier}`,
      maxSessionDuration: Duration.hours(1),
      assumedBy: new PrincipalWithConditions(new AccountPrincipal(socAccount), {
        StringEquals: { 'sts:ExternalId': externalIdOf(config, socAccount) },
        // By condition, because a trust in a role that does not exist yet cannot be written.
        ArnLike: { 'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::${socAccount}:role/${config.name}-respond-*` },
      }),
    });
    for (const { actions, resources } of permissions[tier]) {
      role.addToPolicy(new PolicyStatement({ actions, resources }));
    }
  }
}
