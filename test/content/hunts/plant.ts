// What a hunt must find: records of an attack, and what the first row of the result must say.
import type { ParameterValue } from '../../../functions/core/query-parameter.ts';
import type { Raw } from './records.ts';

export interface Plant {
  hunt: string;
  records: Raw[];
  /** Columns of the first row. */
  first: Record<string, unknown>;
  values?: Record<string, ParameterValue>;
}
