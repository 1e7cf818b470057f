import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../functions/adapters/aws/env.ts';
import { portsFor } from '../../../functions/adapters/aws/ports.ts';
import { type DeployedPort, VARIABLES, VARIABLES_OF_PORT, variablesOf } from '../../../functions/core/environment.ts';
import { YaguraError } from '../../../functions/core/error.ts';
import { PIPELINE, type PortName } from '../../../functions/pipeline.ts';

const VALUES: Record<string, string> = {
  ...Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, name.toLowerCase()])),
  YAGURA_RAW_LOCK: 'GOVERNANCE',
  YAGURA_EVIDENCE_LOCK: 'off',
  YAGURA_ADOPTED_BUCKETS: '[]',
  YAGURA_QUERY_DAILY_USD: '2.5',
  YAGURA_METRICS: 'all',
  YAGURA_MACHINE_ARN_PREFIX: 'arn:aws:states:us-east-1:111122223333:stateMachine:yagura-',
};
const environmentOf = (ports: readonly DeployedPort[]): NodeJS.ProcessEnv => ({
  PATH: '/bin',
  AWS_REGION: 'us-east-1',
  ...Object.fromEntries(variablesOf(ports).map((name) => [name, VALUES[name]])),
});
const portNames = (ports: object): PortName[] =>
  Object.keys(ports).filter((name): name is PortName => Object.hasOwn(VARIABLES_OF_PORT, name));

describe('the composition root of AWS', () => {
  it.each(PIPELINE.map((stage) => [stage.id, stage.ports] as const))(
    'gives stage %s the ports that it declares, and no others',
    async (id, ports) => {
      process.env['AWS_REGION'] ??= 'us-east-1';
      const built = await portsFor(id, environmentOf(portNames(ports)));
      expect(Object.keys(built).sort()).toEqual(Object.keys(ports).sort());
    },
  );

  it('knows every variable of every port, and no port without its variables', () => {
    const used = new Set(Object.values(VARIABLES_OF_PORT).flat());
    expect([...used].sort()).toEqual(Object.keys(VARIABLES).sort());
  });

  it('tells every missing, malformed and unknown variable at once', () => {
    const env = {
      ...environmentOf(['raw', 'executions']),
      YAGURA_RAW_BUCKET: undefined,
      YAGURA_RAW_LOCK: 'sometimes',
      YAGURA_TYPO: '1',
    };
    const error: unknown = (() => {
      try {
        return readEnvironment(['raw', 'executions'], env);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(YaguraError);
    expect(error).toMatchObject({ name: 'BadConfig' });
    const text = String(error);
    for (const name of ['YAGURA_RAW_BUCKET', 'YAGURA_RAW_LOCK', 'YAGURA_TYPO']) expect(text).toContain(name);
  });
});
