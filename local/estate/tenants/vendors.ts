/** Every simulated vendor, by product. */
import { ENTRA } from './entra.ts';
import { GITHUB } from './github.ts';
import { OKTA } from './okta.ts';
import type { SimulatedVendors } from './vendor.ts';

export const VENDORS: SimulatedVendors = { okta: OKTA, entra: ENTRA, github: GITHUB };
