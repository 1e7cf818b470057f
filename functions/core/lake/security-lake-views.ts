/** Turns the classes' views into ones with the names and columns of Amazon Security Lake (source version 2, OCSF 1.1), so that its queries run here. */
import { PARTITION_KEYS, TABLES, tableForClass } from './tables.ts';
import { type LakeType, trinoType } from './types.ts';
import type { LakeView } from './views.ts';

/** The columns that every one of the tables ends with, and what we add: the rest of the outcome, where the raw record lies, the partition keys. */
const TAIL =
  'class_name class_uid category_name category_uid severity_id severity activity_name activity_id type_uid type_name status unmapped accountid region asl_version observables status_id status_code status_detail disposition_id ingest_time_dt raw_ref source eventday';
const CLOUDTRAIL =
  'metadata time time_dt cloud api dst_endpoint actor http_request src_endpoint session policy resources user is_mfa';

/** Sources that find on AWS by themselves: in Security Lake their findings come through Security Hub. */
const AWS_FINDERS = ['aws-security-hub', 'aws-guardduty', 'aws-inspector', 'aws-macie', 'aws-access-analyzer'];

/** A column in another form: what it needs, its text, its type where that differs. */
interface Other {
  needs: string;
  sql: string;
  type?: LakeType;
}

const STRING: LakeType = { kind: 'string' };
const TYPES: ReadonlyMap<string, LakeType> = new Map(
  TABLES.flatMap((table) => table.columns.map(({ name, type }): [string, LakeType] => [name, type])),
);
const typeOf = (name: string): LakeType => TYPES.get(name) ?? STRING;

const fieldsOf = (name: string) => {
  const type = typeOf(name);
  return type.kind === 'struct' ? type.fields : [];
};

/** A struct whose fields of these names come from elsewhere; new names go last, as texts. */
function rebuilt(column: string, fields: Readonly<Record<string, string>>): Other {
  const own = fieldsOf(column);
  const added = Object.keys(fields).filter((name) => !own.some((field) => field.name === name));
  const type: LakeType = { kind: 'struct', fields: [...own, ...added.map((name) => ({ name, type: STRING }))] };
  const items = type.fields.map(({ name }) => fields[name] ?? `${column}.${quotedIfReserved(name)}`);
  return {
    needs: column,
    sql: `IF(${column} IS NULL, NULL, CAST(ROW(${items.join(', ')}) AS ${trinoType(type)}))`,
    type,
  };
}

const quotedIfReserved = (name: string): string => (name === 'group' || name === 'user' ? `"${name}"` : name);

interface Shape {
  /** As Security Lake names the table behind its region: `vpc_flow_2_0`. */
  table: string;
  title: { en: string; ja: string };
  classes: readonly number[];
  /** Our sources of these events. The source `ocsf` brings those of a Security Lake that exists. */
  sources: readonly string[];
  /** What tells this table's events among those of a Security Lake. */
  ofLake: string;
  /** A further condition for the events of every source. */
  where?: string;
  /** In Security Lake's order. */
  columns: string;
  /** Columns that these events have elsewhere. */
  others?: Readonly<Record<string, Other>>;
}

/** A part of the web ACL's ARN, which alone tells where a request was inspected. */
const ofAcl = (column: string, part: number): Other => ({
  needs: column,
  sql: `coalesce(${column}, nullif(split_part(metadata.product.uid, ':', ${part}), ''))`,
});

/** What a CloudTrail event is. Version 1 of Security Lake names all kinds in one, and old trails none. */
const CATEGORY =
  "CASE WHEN metadata.product.feature.name IN ('Management', 'Data', 'Insight', 'NetworkActivity') THEN metadata.product.feature.name WHEN element_at(unmapped, 'managementEvent') = 'false' THEN 'Data' ELSE 'Management' END";
const trail = (table: string, title: Shape['title'], where: string): Shape => ({
  table,
  title,
  where,
  classes: [6003, 3002, 3001],
  sources: ['aws-cloudtrail'],
  ofLake: "metadata.product.name = 'CloudTrail'",
  columns: CLOUDTRAIL,
});

export const SECURITY_LAKE_SHAPES: readonly Shape[] = [
  trail(
    'cloud_trail_mgmt_2_0',
    { en: 'CloudTrail management events', ja: 'CloudTrail 管理イベント' },
    `${CATEGORY} = 'Management'`,
  ),
  trail(
    's3_data_2_0',
    { en: 'CloudTrail data events of Amazon S3', ja: 'Amazon S3 の CloudTrail データイベント' },
    `${CATEGORY} = 'Data' AND api.service.name = 's3.amazonaws.com'`,
  ),
  trail(
    'lambda_execution_2_0',
    { en: 'CloudTrail data events of AWS Lambda', ja: 'AWS Lambda の CloudTrail データイベント' },
    `${CATEGORY} = 'Data' AND api.service.name = 'lambda.amazonaws.com'`,
  ),
  {
    table: 'vpc_flow_2_0',
    title: { en: 'VPC flow logs', ja: 'VPC フローログ' },
    classes: [4001],
    sources: ['aws-vpc-flow'],
    ofLake: "metadata.product.name = 'Amazon VPC'",
    columns:
      'metadata cloud src_endpoint dst_endpoint connection_info traffic time time_dt start_time_dt end_time_dt action action_id disposition',
  },
  {
    table: 'route53_2_0',
    title: { en: 'Route 53 resolver query logs', ja: 'Route 53 Resolver クエリログ' },
    classes: [4003],
    sources: ['aws-route53-resolver'],
    ofLake: "metadata.product.name = 'Route 53'",
    columns:
      'metadata cloud src_endpoint time time_dt query answers connection_info dst_endpoint firewall_rule rcode_id rcode disposition action action_id',
  },
  {
    table: 'sh_findings_2_0',
    title: { en: 'Security Hub findings', ja: 'Security Hub の検出結果' },
    // Sensitive data and access analysis have no table of their own, neither here nor in Security Lake.
    classes: [2004, 2003, 2002, 0],
    where: 'class_uid IN (2002, 2003, 2004, 2006, 2008)',
    sources: AWS_FINDERS,
    ofLake: "metadata.product.uid LIKE 'arn:aws%:securityhub:%'",
    columns:
      'metadata time time_dt confidence_score message cloud resource finding_info remediation compliance vulnerabilities resources evidences',
  },
  {
    table: 'eks_audit_2_0',
    title: { en: 'Kubernetes audit logs, of Amazon EKS and others', ja: 'Kubernetes 監査ログ(Amazon EKS など)' },
    classes: [6003],
    sources: ['kubernetes-audit'],
    ofLake: "(metadata.product.name = 'Amazon EKS' OR metadata.product.feature.name = 'Elastic Kubernetes Service')",
    columns: 'metadata api message http_request actor cloud src_endpoint resources start_time_dt time_dt time',
  },
  {
    table: 'waf_2_0',
    title: { en: 'AWS WAF logs', ja: 'AWS WAF のログ' },
    classes: [4002],
    sources: ['aws-waf'],
    ofLake: "metadata.product.name = 'AWS WAF'",
    columns:
      'metadata src_endpoint http_request firewall_rule http_status time time_dt cloud action action_id disposition disposition_id',
    others: {
      region: ofAcl('region', 4),
      accountid: ofAcl('accountid', 5),
      // What was asked: the load balancer, the distribution.
      src_endpoint: rebuilt('src_endpoint', {
        svc_name: 'coalesce(src_endpoint.svc_name, dst_endpoint.svc_name)',
        uid: 'coalesce(src_endpoint.uid, dst_endpoint.uid)',
      }),
    },
  },
];

/** Columns that Security Lake has in another form. */
const OTHERS: Readonly<Record<string, Other>> = {
  asl_version: { needs: 'unmapped', sql: "element_at(unmapped, 'asl_version')", type: STRING },
  // Deprecated by OCSF in favour of http_response.
  http_status: { needs: 'http_status', sql: 'coalesce(http_status, http_response.code)' },
  // A query without an answer has an empty list there, and none here.
  answers: { needs: 'answers', sql: `coalesce(answers, CAST(ARRAY[] AS ${trinoType(typeOf('answers'))}))` },
  // Since 1.3 every class has the list.
  resource: { needs: 'resources', sql: 'element_at(resources, 1)' },
  // OCSF has it as a list since 1.3.
  compliance: rebuilt('compliance', { status_detail: "array_join(compliance.status_details, '; ')" }),
};

interface Column {
  name: string;
  type: LakeType;
}

/** The names that a shape's columns have, each once: some classes of attributes stand in both halves. */
const columnsOf = ({ columns }: Shape): Column[] =>
  [...new Set(`${columns} ${TAIL}`.split(' '))].map((name) => ({ name, type: OTHERS[name]?.type ?? typeOf(name) }));

function branch(shape: Shape, columns: readonly Column[], classUid: number): string {
  const table = tableForClass(classUid);
  const known = new Set<string>([...table.columns.map(({ name }) => name), ...PARTITION_KEYS]);
  const items = columns.map(({ name, type }) => {
    const other = shape.others?.[name] ?? OTHERS[name];
    if (!known.has(other?.needs ?? name)) return `CAST(NULL AS ${trinoType(type)}) AS "${name}"`;
    return other === undefined ? `"${name}"` : `${other.sql} AS "${name}"`;
  });
  const sources = [...shape.sources, 'ocsf'].map((id) => `'${id}'`).join(', ');
  // The first condition is of the partition key alone, so that it chooses partitions.
  const where = [
    `source IN (${sources})`,
    `(source <> 'ocsf' OR ${shape.ofLake})`,
    ...(shape.where === undefined ? [] : [shape.where]),
  ];
  return `SELECT ${items.join(', ')} FROM ${table.name} WHERE ${where.join(' AND ')}`;
}

/** The name of the view of such a table in our own database, where no region belongs to it. */
const viewNameOf = (table: string): string => `security_lake_${table}`;

function viewOf(shape: Shape): LakeView {
  const columns = columnsOf(shape);
  return {
    name: viewNameOf(shape.table),
    athenaSql: shape.classes.map((classUid) => branch(shape, columns, classUid)).join('\nUNION ALL\n'),
    columns: columns.map(({ name, type }) => ({ name, type, trinoType: trinoType(type) })),
    reads: shape.classes.map((classUid) => tableForClass(classUid).name),
  };
}

/** One view for each table of Security Lake version 2. */
export const SECURITY_LAKE_VIEWS: readonly LakeView[] = SECURITY_LAKE_SHAPES.map(viewOf);

/** The database and the table that Security Lake has of a view in a region, `us_east_1`. */
export const securityLakeDatabase = (region: string): string => `amazon_security_lake_glue_db_${region}`;
export const securityLakeTable = (table: string, region: string): string => `amazon_security_lake_table_${region}_${table}`;

/** What to do about a table of Security Lake that is not here. */
export const SECURITY_LAKE_FIX =
  'There are the tables of source version 2 (OCSF 1.1), such as …_cloud_trail_mgmt_2_0; SHOW TABLES lists them as security_lake_….';

const TABLE_NAME = /^amazon_security_lake_table_([a-z]{2}(?:_[a-z]+)+_\d)_([a-z0-9_]+)$/;

/** The view that a table's name of Security Lake means, and the region in it; undefined for other names. */
export function securityLakeName(name: string): { view: string; region: string; isKnown: boolean } | undefined {
  const [, region = '', table = ''] = TABLE_NAME.exec(name) ?? [];
  if (table === '') return undefined;
  return { view: viewNameOf(table), region, isKnown: SECURITY_LAKE_SHAPES.some((shape) => shape.table === table) };
}
