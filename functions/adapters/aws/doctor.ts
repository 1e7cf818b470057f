/** The doctor's own process: configuration on standard input, this machine's AWS credentials → its results as JSON on standard output. */
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import type { Config } from '../../core/config.ts';
import { CHECKS } from '../../doctor/checks/index.ts';
import { examine, reasonOf } from '../../doctor/examine.ts';
import type { CheckResult } from '../../doctor/finding.ts';
import { readDeployed, textIn, type World } from '../../doctor/world.ts';
import { createAccountReader } from './account-reader.ts';
import type { ClientSetup } from './cloud-operations.ts';

/** What the command line hands over. */
export interface DoctorOrder extends Pick<World, 'config' | 'sources' | 'readers' | 'stages'> {
  config: Config;
}

/** Without usable credentials nothing else can be looked at. @throws nothing: what fails is told as a result */
export async function doctor(order: DoctorOrder, setup: ClientSetup, nowMs: number): Promise<CheckResult[]> {
  const aws = createAccountReader(setup);
  const { region } = setup;
  try {
    const accountId = textIn((await aws.read('sts', 'GetCallerIdentity', {}))?.['Account']);
    const world = { ...order, aws, region, accountId, nowMs };
    return await examine(CHECKS, { ...world, ...(await deployment(world)) });
  } catch (error) {
    return noAccess(`${reasonOf(error)}. ${ACCESS}`);
  }
}

/** Who may not list functions is still told of all the rest. */
async function deployment({ aws, config, region, stages }: Omit<World, 'deployed'>): Promise<Pick<World, 'deployed' | 'unseen'>> {
  try {
    return { deployed: await readDeployed(aws, { name: config.name, region, stages }) };
  } catch (error) {
    return { deployed: [], unseen: reasonOf(error) };
  }
}

const ACCESS = 'Fix: export AWS_PROFILE=… of an account that you may read (aws sso login), and AWS_REGION';
const noAccess = (reason: string): CheckResult[] => [{ check: 'access', status: 'could-not-look', reason, findings: [] }];

async function main(): Promise<void> {
  const order: DoctorOrder = JSON.parse(await text(process.stdin));
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL: endpoint } = process.env;
  const region = AWS_REGION ?? AWS_DEFAULT_REGION ?? order.config.region;
  const results: CheckResult[] =
    region === undefined
      ? noAccess(`no region. ${ACCESS}`)
      : await doctor(order, { region, ...(endpoint === undefined ? {} : { endpoint }) }, Date.now());
  // A call that hangs has been given up: it does not hold the process.
  process.stdout.write(JSON.stringify(results), () => process.exit());
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
