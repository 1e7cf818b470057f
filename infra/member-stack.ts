/** What a member account needs for responses: three roles that the SOC's respond function alone may assume, each able to do what actions need. */
import { Aws, CfnCondition, CfnParameter, Duration, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountPrincipal, CfnPolicy, CfnRole, PolicyStatement, PrincipalWithConditions, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Config } from '../functions/core/config.ts';
import type { JsonObject } from '../functions/core/json.ts';
import { externalIdOf, responderRolePrefix } from '../functions/core/responder-roles.ts';
import type { permissionsOf } from '../functions/respond/actions/index.ts';
import { forwardEvents } from './event-forwarding.ts';

/** IAM grants by tier, as the catalogue of actions says. */
export type Permissions = ReturnType<typeof permissionsOf>;
type Tier = keyof Permissions;
export const TIERS: readonly Tier[] = ['read', 'contain', 'destroy'];

export interface MemberStackProps extends StackProps {
  config: Config;
  /** What the catalogue's actions need of each tier. */
  permissions: Permissions;
  /** Of the sources whose events are forwarded; more than one rule's pattern can hold is refused by EventBridge. */
  patterns: readonly JsonObject[];
}

/** Deployed in the SOC account, and as a StackSet template in every member account. */
export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberStackProps) {
    super(scope, id, { description: 'Yagura: responder roles and event forwarding of one account', ...props });
    const { config } = props;
    const parameter = new CfnParameter(this, 'SocAccountId', {
      description: 'The account that Yagura runs in; empty for this one',
      default: config.account ?? '',
      allowedPattern: '^(\\d{12})?$',
    });
    const isHere = new CfnCondition(this, 'SocIsHere', { expression: Fn.conditionEquals(parameter.valueAsString, '') });
    const socAccount = Fn.conditionIf(isHere.logicalId, Aws.ACCOUNT_ID, parameter.valueAsString).toString();
    const { valueAsString: socRegion } = new CfnParameter(this, 'SocRegion', {
      description:
        'The home region of Yagura, for a StackSet of several regions: roles are made there alone, events are forwarded to it. Empty: roles, no forwarding',
      default: '',
      allowedPattern: '^([a-z]{2}(-[a-z]+)+-\\d)?$',
    });
    const isAlone = Fn.conditionEquals(socRegion, '');
    const isHome = Fn.conditionEquals(socRegion, Aws.REGION);
    // The SOC's own account has its roles from the stack that is deployed beside the SOC.
    const isSoc = Fn.conditionEquals(parameter.valueAsString, Aws.ACCOUNT_ID);
    const hasRoles = new CfnCondition(this, 'HasRoles', {
      expression: Fn.conditionOr(isAlone, Fn.conditionAnd(isHome, Fn.conditionNot(isSoc))),
    });
    for (const tier of TIERS) this.#role(tier, { socAccount, hasRoles }, props);
    if (props.patterns.length === 0) return;
    const condition = new CfnCondition(this, 'Forwards', {
      expression: Fn.conditionAnd(Fn.conditionNot(isAlone), Fn.conditionNot(Fn.conditionAnd(isHome, isSoc))),
    });
    forwardEvents(this, { ...{ name: config.name, patterns: props.patterns, socAccount, socRegion, condition } });
  }

  #role(
    tier: Tier,
    { socAccount, hasRoles }: { socAccount: string; hasRoles: CfnCondition },
    { config, permissions }: MemberStackProps,
  ): void {
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
    for (const resource of role.node.findAll())
      if (resource instanceof CfnRole || resource instanceof CfnPolicy) resource.cfnOptions.condition = hasRoles;
  }
}
