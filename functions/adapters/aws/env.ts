/** Turns the process's environment into the checked variables of a stage, or tells everything that is wrong with it at once. */
import * as z from 'zod';
import { type DeployedPort, VARIABLES, type VariableName, variablesOf } from '../../core/environment.ts';
import { type Problem, YaguraError } from '../../core/error.ts';

export type Environment = Readonly<Partial<Record<VariableName, string>>>;

/** @throws YaguraError BadConfig with every missing, malformed and unknown `YAGURA_…` variable */
export function readEnvironment(ports: Iterable<DeployedPort>, env: NodeJS.ProcessEnv = process.env): Environment {
  const wanted = Object.fromEntries(variablesOf(ports).map((name) => [name, VARIABLES[name]]));
  const ours = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('YAGURA_')));
  const result = z.strictObject(wanted).safeParse(ours);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue): Problem => {
    const at = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.path.join('.');
    return { at, what: issue.message, fix: 'deploy the stack again: it sets these variables' };
  });
  throw new YaguraError('BadConfig', "the function's environment is not the one that its stage needs", { problems });
}

/** @throws YaguraError Bug where the port that needs it was not among those whose variables were read */
export function variable(environment: Environment, name: VariableName): string {
  const value = environment[name];
  if (value === undefined) throw new YaguraError('Bug', `variable ${name} belongs to no port of this stage`);
  return value;
}
