/** The doctor's own process: configuration on standard input, this machine's AWS credentials → its results as JSON on standard output. */
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import type { Config } from '../../core/config.ts';
import { CHECKS } from '../../doctor/checks/index.ts';
import { examine } from '../../doctor/examine.ts';
import type { CheckResult } from '../../doctor/finding.ts';
import { readDeployed, textIn, type World } from '../../doctor/world.ts';
import { createAccountReader } from './account-reader.ts';
import type { ClientSetup } from './cloud-operations.ts';

/** What the command line hands over. */
export interface DoctorOrder extends Pick<World, 'config' | 'sources' | 'stages'> {
  config: Config;
}

/** Without usable credentials nothing else can be looked at. @throws nothing: what fails is told as a result */
export async function doctor(order: DoctorOrder, setup: ClientSetup, nowMs: number): Promise<CheckResult[]> {
  const aws = createAccountReader(setup);
  const { region } = setup;
  try {
    const accountId = textIn((await aws.read('sts', 'GetCallerIdentity', {}))?.['Account']);
    const deployed = await readDeployed(aws, { name: order.config.name, region, stages: order.stages });
    return await examine(CHECKS, { ...order, aws, region, accountId, nowMs, deployed });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ check: 'access', status: 'could-not-look', reason, findings: [] }];
  }
}

async function main(): Promise<void> {
  const order: DoctorOrder = JSON.parse(await text(process.stdin));
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL: endpoint } = process.env;
  const region = AWS_REGION ?? AWS_DEFAULT_REGION ?? order.config.region;
  const results: CheckResult[] =
    region === undefined
      ? [{ check: 'access', status: 'could-not-look', reason: 'no region: export AWS_REGION=…', findings: [] }]
      : await doctor(order, { region, ...(endpoint === undefined ? {} : { endpoint }) }, Date.now());
  process.stdout.write(JSON.stringify(results));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
