/** Every simulated service beside IAM's users. */
import { COMPUTE } from './compute.ts';
import { DATA } from './data.ts';
import { EC2 } from './ec2.ts';
import { EC2_NETWORK } from './ec2-network.ts';
import { IAM } from './iam.ts';
import { ORGANIZATIONS } from './organizations.ts';
import type { SimulatedService } from './simulation.ts';

export const SERVICES: SimulatedService = { ...IAM, ...ORGANIZATIONS, ...EC2, ...EC2_NETWORK, ...COMPUTE, ...DATA };
