/** `cdk synth` and `cdk deploy` start here: the repository becomes CloudFormation templates. */
import { YaguraError } from '../functions/core/error.ts';
import { buildApp } from './deployment.ts';
import { readDeployment } from './settings.ts';

try {
  const deployment = await readDeployment();
  const sizes = deployment.bundles.map(({ stage, sizeBytes }) => `${stage} ${(sizeBytes / 1024).toFixed(0)} KiB`);
  console.error(`bundles: ${sizes.join(', ')}`);
  buildApp(deployment).app.synth();
} catch (error) {
  if (!(error instanceof YaguraError)) throw error;
  // Configuration and content are the reader's own: the problems help, a stack trace does not.
  console.error(error.message);
  if (error.code === 'BadConfig') console.error('`npm run yagura -- config check` names the lines.');
  process.exitCode = 1;
}
