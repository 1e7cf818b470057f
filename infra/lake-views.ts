/** Turns the lake's views into Glue tables in the form that Athena writes and reads its own views in. */
import { Aws, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import { glueView } from '../functions/core/lake/glue-view.ts';
import {
  SECURITY_LAKE_SHAPES,
  SECURITY_LAKE_VIEWS,
  securityLakeDatabase,
  securityLakeTable,
} from '../functions/core/lake/security-lake-views.ts';
import type { LakeView } from '../functions/core/lake/views.ts';

/** Views are long texts, and a template has at most 1 MB. @see CloudFormation quotas, "Template body size in an Amazon S3 object" */
const MAX_VIEW_CHARS = 800_000;

/** Some of the lake's views. Stateless: a view can always be made again. */
export class ViewStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & { database: string; views: readonly LakeView[] }) {
    super(scope, id, { description: 'Yagura: views over the lake (stateless)', suppressTemplateIndentation: true, ...props });
    for (const view of props.views) {
      const tableInput = viewInput(view, props.database);
      new CfnTable(this, `View-${view.name}`, { catalogId: Aws.ACCOUNT_ID, databaseName: props.database, tableInput });
    }
  }
}

/** Which tables of Security Lake to offer, and where. */
export interface SecurityLakeNamesProps extends StackProps {
  /** The database of the lake. */
  database: string;
  region: string | undefined;
}

/**
 * A second database with Security Lake's names, each view over the lake's own: queries name database and table with the region in them.
 * Stateless, and a stack of its own: where Security Lake itself is, the names are taken, and nothing else shall fail.
 */
export class SecurityLakeNamesStack extends Stack {
  constructor(scope: Construct, id: string, { database, region, ...props }: SecurityLakeNamesProps) {
    super(scope, id, { description: "Yagura: Security Lake's names (stateless)", suppressTemplateIndentation: true, ...props });
    const inNames = regionInNames(region);
    const name = securityLakeDatabase(inNames);
    const own = new CfnDatabase(this, 'SecurityLakeNames', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name, description: "The lake under Amazon Security Lake's names (source version 2, OCSF 1.1)" },
    });
    for (const [i, { table }] of SECURITY_LAKE_SHAPES.entries()) {
      const view = SECURITY_LAKE_VIEWS[i];
      if (view === undefined) throw new TypeError(`no view of ${table}`);
      const tableInput = { ...viewInput(namesake(view), database), name: securityLakeTable(table, inNames) };
      new CfnTable(this, `Names-${table}`, { catalogId: Aws.ACCOUNT_ID, databaseName: name, tableInput }).addResourceDependency(
        own,
      );
    }
  }
}

/** The views in as many parts as templates need, in their order. */
export function viewParts(views: readonly LakeView[], database: string): LakeView[][] {
  const parts: LakeView[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const view of views) {
    const size = JSON.stringify(viewInput(view, database)).length;
    if (chars + size > MAX_VIEW_CHARS) {
      parts.push([]);
      chars = 0;
    }
    parts.at(-1)?.push(view);
    chars += size;
  }
  return parts;
}

/** `us_east_1`. A template for any region works it out where it is deployed. */
const regionInNames = (region: string | undefined): string =>
  region === undefined ? Fn.join('_', Fn.split('-', Aws.REGION)) : region.replaceAll('-', '_');

/** The name of that database in this deployment. */
export const securityLakeDatabaseOf = (region: string | undefined): string => securityLakeDatabase(regionInNames(region));

/** The same columns under another name. */
const namesake = (view: LakeView): LakeView => ({
  ...view,
  athenaSql: `SELECT ${view.columns.map(({ name }) => `"${name}"`).join(', ')} FROM ${view.name}`,
});

function viewInput(view: LakeView, database: string): CfnTable.TableInputProperty {
  const { originalText, expandedText, columns, parameters } = glueView(view, database);
  return {
    name: view.name,
    tableType: 'VIRTUAL_VIEW',
    parameters,
    partitionKeys: [],
    storageDescriptor: { location: '', columns },
    viewExpandedText: expandedText,
    viewOriginalText: originalText,
  };
}
