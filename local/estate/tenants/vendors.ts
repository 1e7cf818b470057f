/** Every simulated vendor, by product. */
import { OKTA } from './okta.ts';
import type { SimulatedVendors } from './vendor.ts';

export const VENDORS: SimulatedVendors = { okta: OKTA };
