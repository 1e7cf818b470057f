/** The log sources that there are. A new one adds a line here; nothing else names it. */
import { asana } from './asana/source.ts';
import { awsCloudtrail } from './aws-cloudtrail/source.ts';
import { awsGuardduty } from './aws-guardduty/source.ts';
import { awsVpcFlow } from './aws-vpc-flow/source.ts';
import type { Source } from './source.ts';

/** In the order in which they are asked whether a record is theirs. */
// biome-ignore format: one a line
export const SOURCES: readonly Source[] = [
  awsCloudtrail,
  awsGuardduty,
  awsVpcFlow,
  asana,
];

const BY_ID: ReadonlyMap<string, Source> = new Map(SOURCES.map((source) => [source.id, source]));

/** The source of that id, or undefined where there is none. */
export const sourceById = (id: string): Source | undefined => BY_ID.get(id);
