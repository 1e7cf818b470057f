// Every attack that a hunt must find, beside the everyday life of its part of an organization.
import { EVERYDAY_AWS } from './everyday-aws.ts';
import { EVERYDAY_IDENTITY } from './everyday-identity.ts';
import { EVERYDAY_NETWORK } from './everyday-network.ts';
import { EVERYDAY_SAAS } from './everyday-saas.ts';
import type { Plant } from './plant.ts';
import { AWS_PLANTS } from './plants-aws.ts';
import { IDENTITY_PLANTS } from './plants-identity.ts';
import { NETWORK_PLANTS } from './plants-network.ts';
import { SAAS_PLANTS } from './plants-saas.ts';
import type { Raw } from './records.ts';

export interface Family {
  name: string;
  everyday: readonly Raw[];
  plants: readonly Plant[];
}

export const FAMILIES: readonly Family[] = [
  { name: 'AWS', everyday: EVERYDAY_AWS, plants: AWS_PLANTS },
  { name: 'identity', everyday: EVERYDAY_IDENTITY, plants: IDENTITY_PLANTS },
  { name: 'documents, mail, code and clusters', everyday: EVERYDAY_SAAS, plants: SAAS_PLANTS },
  { name: 'networks, hosts and plants', everyday: EVERYDAY_NETWORK, plants: NETWORK_PLANTS },
];
