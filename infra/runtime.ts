/** The one place that names the Lambda runtime: the newest Node LTS that CDK and the functions' syntax both know. */
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';

export const RUNTIME = Runtime.NODEJS_24_X;
export const ARCHITECTURE = Architecture.ARM_64;
/** The same for esbuild. */
export const BUNDLE_TARGET = 'node24';
