/** What an action is tried on: any estate that it may meet, one where its target is not, and the parameters with which it is asked. */
import type * as fc from 'fast-check';
import type { JsonObject } from '../../../functions/core/json.ts';
import type { TenantProductId } from '../../../functions/core/tenant/product.ts';
import type { SimulatedEstate } from '../../../local/adapters/simulated-aws.ts';

export interface EstateCase {
  estate: fc.Arbitrary<SimulatedEstate>;
  empty: SimulatedEstate;
  parameters: JsonObject;
  /** Parameters beside those, where the action takes another way by them. */
  more?: fc.Arbitrary<JsonObject>;
}

type Resources = Record<string, Record<string, JsonObject>>;

/** Cases of one tenant: by action, its resources and the parameters beside the tenant. */
export const tenantCases = (
  product: TenantProductId,
  tenant: string,
  cases: Readonly<Record<string, Omit<EstateCase, 'estate' | 'empty'> & { resources: fc.Arbitrary<Resources> }>>,
): Record<string, EstateCase> => {
  const estateOf = (resources: Resources): SimulatedEstate => ({ accounts: {}, tenants: { [product]: { [tenant]: resources } } });
  return Object.fromEntries(
    Object.entries(cases).map(([id, { resources, parameters, ...rest }]) => [
      id,
      { estate: resources.map(estateOf), empty: estateOf({}), parameters: { tenant, ...parameters }, ...rest },
    ]),
  );
};
