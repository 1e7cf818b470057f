/** What must survive: the buckets, the key, the table of small state, and the lake's catalogue with its workgroup. Stateful. */
import { Aws, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, ObjectLockRetention, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Config } from '../functions/core/config.ts';
import { createDataKey } from './data-key.ts';
import { BUCKETS, type BucketName, type BucketResource, type DataResources } from './data-resources.ts';
import { createLakeCatalogue } from './lake-catalogue.ts';
import { securityLakeDatabaseOf } from './lake-views.ts';
import { allowDeliveries, deliveriesOf } from './log-delivery.ts';
import { transitionRules } from './storage-classes.ts';

export interface DataStackProps extends StackProps {
  config: Config;
  /** Ids of the sources that this deployment takes. */
  enabled: readonly string[];
  /** Ids of every source that there is: the values of the lake's `source` partition. */
  sourceIds: readonly string[];
}

const GIB = 1024 ** 3;
export class DataStack extends Stack {
  readonly resources: DataResources;
  readonly key: Key;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, { description: 'Yagura: data (stateful)', suppressTemplateIndentation: true, ...props });
    const { config } = props;
    const removal = config.onDestroy === 'keep' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const deliveries = deliveriesOf(props.enabled);
    this.key = createDataKey(this, config, { deliveries, removal });
    const buckets = Object.fromEntries(BUCKETS.map((name) => [name, this.#bucket(name, props, removal)]));
    const table = this.#table(removal);
    const database = createLakeCatalogue(this, {
      config,
      bucketName: bucketOf(buckets, 'lake').name,
      sourceIds: props.sourceIds,
    });
    this.resources = {
      scope: this,
      buckets: Object.assign({}, ...BUCKETS.map((name) => ({ [name]: bucketOf(buckets, name) }))),
      keyArn: this.key.keyArn,
      table: { name: table.tableName, arn: table.tableArn },
      workgroup: this.#workgroup(config, bucketOf(buckets, 'athenaResults')),
      database,
      securityLakeDatabase: config.athena.securityLakeNames ? securityLakeDatabaseOf(config.region) : undefined,
    };
  }

  #bucket(name: BucketName, props: DataStackProps, removal: RemovalPolicy): BucketResource {
    const { config } = props;
    if (name === 'landing' && config.landing.bucket === 'adopt') return this.#adopted(config.landing);
    const retention = lockOf(name, config);
    const bucket = new Bucket(this, `${name[0]?.toUpperCase()}${name.slice(1)}Bucket`, {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: name === 'raw' || name === 'evidence',
      removalPolicy: removal,
      lifecycleRules: [
        {
          id: 'retention',
          expiration: Duration.days(config.retentionDays[name]),
          abortIncompleteMultipartUploadAfter: Duration.days(2),
          ...(name === 'raw' || name === 'evidence' ? { noncurrentVersionExpiration: Duration.days(1) } : {}),
        },
        ...transitionRules(name, config),
      ],
      ...(retention === undefined ? {} : { objectLockEnabled: true, objectLockDefaultRetention: retention }),
    });
    if (name === 'landing') this.#receiveLogs(bucket, props);
    return { name: bucket.bucketName, arn: bucket.bucketArn, locked: retention !== undefined, keyArn: this.key.keyArn };
  }

  #adopted(landing: Extract<Config['landing'], { bucket: 'adopt' }>): BucketResource {
    return { name: landing.name, arn: `arn:${Aws.PARTITION}:s3:::${landing.name}`, locked: false, keyArn: landing.kmsKeyArn };
  }

  #receiveLogs(bucket: Bucket, { config, enabled }: DataStackProps): void {
    allowDeliveries(bucket, deliveriesOf(enabled), config);
    // The L2 option deploys a function of its own for what CloudFormation can do.
    const resource = bucket.node.defaultChild;
    if (resource instanceof CfnBucket) {
      resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    }
  }

  #table(removal: RemovalPolicy): Table {
    const table = new Table(this, 'StateTable', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'ttl',
      deletionProtection: removal === RemovalPolicy.RETAIN,
      removalPolicy: removal,
    });
    table.addGlobalSecondaryIndex({
      indexName: 'gsi1',
      partitionKey: { name: 'gpk', type: AttributeType.STRING },
      sortKey: { name: 'gsk', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    return table;
  }

  #workgroup(config: Config, results: BucketResource): { name: string; arn: string } {
    const name = config.name;
    new CfnWorkGroup(this, 'Workgroup', {
      name,
      description: `Queries of ${config.name}`,
      recursiveDeleteOption: config.onDestroy === 'delete',
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: Math.round(config.athena.cutoffGiB * GIB),
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${results.name}/`,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: this.key.keyArn },
          expectedBucketOwner: Aws.ACCOUNT_ID,
        },
      },
    });
    return { name, arn: this.formatArn({ service: 'athena', resource: 'workgroup', resourceName: name }) };
  }
}

function lockOf(name: BucketName, { objectLock }: Config): ObjectLockRetention | undefined {
  if (objectLock.mode === 'off' || (name !== 'raw' && name !== 'evidence')) return undefined;
  const days = Duration.days(name === 'raw' ? objectLock.rawDays : objectLock.evidenceDays);
  return objectLock.mode === 'compliance' ? ObjectLockRetention.compliance(days) : ObjectLockRetention.governance(days);
}

function bucketOf(buckets: Readonly<Record<string, BucketResource>>, name: BucketName): BucketResource {
  const found = buckets[name];
  if (found === undefined) throw new TypeError(`no bucket ${name}`);
  return found;
}
