import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject } from '../../functions/core/json.ts';
import { ACKNOWLEDGED, type Acknowledged } from '../../infra/acknowledged.ts';
import { buildApp } from '../../infra/deployment.ts';
import { deploymentOf } from './deployments.ts';
import { objects } from './template.ts';

interface Found {
  finding: string;
  where: string;
  what: string;
}

const COLLECT = {
  connectors: [{ connector: 'okta', domain: 'acme.okta.com', secret: 'yagura/okta' }],
  webhooks: [{ path: 'k3J9x', source: 'github', signature: 'github', secret: 'yagura/github' }],
} as const;
const CONFIG = {
  region: 'ap-northeast-1',
  organizationId: 'o-exampleorg1',
  notify: { email: 'soc@example.com' },
  collect: { connectors: [...COLLECT.connectors], webhooks: [...COLLECT.webhooks] },
};

async function findings(): Promise<Found[]> {
  const outdir = mkdtempSync(join(tmpdir(), 'yagura-nag-'));
  const { app } = buildApp(await deploymentOf(CONFIG), {
    outdir,
    context: { '@aws-cdk/core:validateAgainstDefaultRules': false },
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  process.env['CDK_VALIDATION'] = 'true';
  // It fails on any finding, before one can look which.
  const quiet = console.error;
  console.error = () => undefined;
  try {
    app.synth();
  } catch (error) {
    if (!String(error).includes('A copy of this report')) throw error;
  } finally {
    console.error = quiet;
  }
  const report: unknown = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  const plugins = objects(isJsonObject(report) ? report['pluginReports'] : undefined);
  expect(plugins.map(({ pluginName }) => pluginName)).toEqual(['AwsSolutions', 'Serverless']);
  return plugins.flatMap(({ violations }) =>
    objects(violations).flatMap(({ ruleName, description, violatingConstructs }) =>
      objects(violatingConstructs).map(({ constructPath }) => ({
        finding: String(ruleName),
        where: String(constructPath),
        what: String(description),
      })),
    ),
  );
}

const fits = ({ finding, where }: Found, one: Acknowledged): boolean =>
  one.finding.test(finding) && (one.where === undefined || one.where.test(where));

describe('cdk-nag, AwsSolutions and Serverless', () => {
  let found: Found[];
  beforeAll(async () => {
    found = await findings();
  }, 120_000);

  it('finds nothing but what is acknowledged with a reason', () => {
    expect(found.filter((one) => !ACKNOWLEDGED.some((known) => fits(one, known)))).toEqual([]);
    for (const { reason } of ACKNOWLEDGED) expect(reason.length).toBeGreaterThan(20);
  });

  it('finds everything that is acknowledged: no reason outlives what it is for', () => {
    expect(ACKNOWLEDGED.filter((known) => !found.some((one) => fits(one, known))).map(({ finding }) => String(finding))).toEqual(
      [],
    );
  });
});
