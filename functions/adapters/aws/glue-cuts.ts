/** Turns one view of the Glue catalogue into the list of the lake's cuts: its text is what queries read, a parameter of it what we read back. */
import { GetTableCommand, type GlueClient, UpdateTableCommand } from '@aws-sdk/client-glue';
import * as z from 'zod';
import { YaguraError } from '../../core/error.ts';
import type { Commit } from '../../core/lake/cut.ts';
import { glueView } from '../../core/lake/glue-view.ts';
import { CUT_VIEW_NAME, cutView, KEPT_COMMITS } from '../../core/lake/table-view.ts';
import type { LakeCuts } from '../../ports/lake-cuts.ts';
import { calling } from './failure.ts';

const PARAMETER = 'yagura_commits';
const commitsSchema = z.array(z.object({ cutMs: z.number(), effectiveMs: z.number() }));

export function createGlueCuts(client: Pick<GlueClient, 'send'>, database: string): LakeCuts {
  return {
    read: async () => {
      const { Table } = await calling(`glue GetTable ${CUT_VIEW_NAME}`, () =>
        client.send(new GetTableCommand({ DatabaseName: database, Name: CUT_VIEW_NAME })),
      );
      const text = Table?.Parameters?.[PARAMETER];
      return text === undefined ? [] : commitsIn(text);
    },
    publish: async (commits) => {
      const kept = commits.slice(-KEPT_COMMITS);
      const { originalText, expandedText, columns, parameters } = glueView(cutView(kept), database);
      const TableInput = {
        Name: CUT_VIEW_NAME,
        TableType: 'VIRTUAL_VIEW',
        Parameters: { ...parameters, [PARAMETER]: JSON.stringify(kept) },
        PartitionKeys: [],
        StorageDescriptor: { Location: '', Columns: columns.map(({ name, type }) => ({ Name: name, Type: type })) },
        ViewExpandedText: expandedText,
        ViewOriginalText: originalText,
      };
      await calling(`glue UpdateTable ${CUT_VIEW_NAME}`, () =>
        client.send(new UpdateTableCommand({ DatabaseName: database, TableInput, SkipArchive: true })),
      );
    },
  };
}

function commitsIn(text: string): Commit[] {
  try {
    return commitsSchema.parse(JSON.parse(text));
  } catch (cause) {
    const problem = { at: `${CUT_VIEW_NAME}: parameter ${PARAMETER}`, what: text.slice(0, 200), fix: 'restore the view' };
    throw new YaguraError('Unavailable', 'the view of the cut was changed by somebody else', {
      ...{ problems: [problem], cause, retryable: false },
    });
  }
}
