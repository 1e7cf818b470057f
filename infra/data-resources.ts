/** What the data stack holds, as the other stacks need it: names and ARNs, never constructs that they could change. */
import type { IConstruct } from 'constructs';

export const BUCKETS = ['landing', 'raw', 'lake', 'quarantine', 'evidence', 'athenaResults'] as const;
export type BucketName = (typeof BUCKETS)[number];

export interface BucketResource {
  name: string;
  arn: string;
  /** Has Object Lock. */
  locked: boolean;
  /** The key that its objects are encrypted with; undefined for an adopted bucket without one. */
  keyArn: string | undefined;
}

export interface DataResources {
  scope: IConstruct;
  buckets: Readonly<Record<BucketName, BucketResource>>;
  keyArn: string;
  table: { name: string; arn: string };
  workgroup: { name: string; arn: string };
  /** The Glue database. */
  database: string;
  /** The one with Security Lake's names, where there is one. */
  securityLakeDatabase: string | undefined;
}
