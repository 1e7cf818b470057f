import { GetTableCommand, GlueClient, type TableInput, UpdateTableCommand } from '@aws-sdk/client-glue';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { createGlueCuts } from '../../../functions/adapters/aws/glue-cuts.ts';
import { lakeCutsContract } from '../../contracts/lake-cuts.contract.ts';
import { serviceError } from './service-error.ts';

/** A catalogue with the view as CloudFormation made it. */
function catalogue() {
  let table: TableInput = { Name: 'lake_cut', Parameters: { presto_view: 'true' } };
  const client = mockClient(GlueClient);
  client.on(GetTableCommand).callsFake(() => ({ Table: table }));
  client.on(UpdateTableCommand).callsFake(({ TableInput }: { TableInput: TableInput }) => {
    table = TableInput;
    return {};
  });
  return { client, cuts: createGlueCuts(new GlueClient({}), 'yagura'), table: () => table };
}

lakeCutsContract('a view of the Glue catalogue', async () => catalogue().cuts);

describe('the view of the cut', () => {
  it('is a view that Athena reads: constants, chosen by when the query began', async () => {
    const { cuts, table } = catalogue();
    await cuts.publish([{ cutMs: Date.UTC(2026, 10, 1), effectiveMs: Date.UTC(2026, 10, 1, 0, 45) }]);
    const { ViewOriginalText = '', TableType, Parameters } = table();
    expect([TableType, Parameters?.['presto_view']]).toEqual(['VIRTUAL_VIEW', 'true']);
    const json = Buffer.from(/Presto View: (\S+)/.exec(ViewOriginalText)?.[1] ?? '', 'base64').toString('utf8');
    const now = "CAST(current_timestamp AT TIME ZONE 'UTC' AS timestamp(3))";
    expect(JSON.parse(json)).toMatchObject({
      schema: 'yagura',
      originalSql: `SELECT CASE WHEN ${now} >= TIMESTAMP '2026-11-01 00:45:00.000' THEN TIMESTAMP '2026-11-01 00:00:00.000' ELSE TIMESTAMP '1970-01-01 00:00:00.000' END AS cut_dt, CAST(CASE WHEN ${now} >= TIMESTAMP '2026-11-01 00:45:00.000' THEN '20261101' ELSE '19700101' END AS varchar) AS cut_day`,
    });
  });

  it('keeps the last few cuts only', async () => {
    const { cuts } = catalogue();
    await cuts.publish(Array.from({ length: 9 }, (_, n) => ({ cutMs: n, effectiveMs: n })));
    expect((await cuts.read()).map(({ cutMs }) => cutMs)).toEqual([5, 6, 7, 8]);
  });

  it('that somebody else changed stops compaction instead of starting it anew', async () => {
    const { client, cuts } = catalogue();
    client.on(GetTableCommand).resolves({ Table: { Name: 'lake_cut', Parameters: { yagura_commits: '{"no":' } } });
    await expect(cuts.read()).rejects.toMatchObject({ code: 'Unavailable', retryable: false });
  });

  it('that is missing, or out of reach, is an error and never no cut at all', async () => {
    const { client, cuts } = catalogue();
    client.on(GetTableCommand).rejects(serviceError('EntityNotFoundException', 400));
    await expect(cuts.read()).rejects.toThrow('lake_cut');
    client.on(UpdateTableCommand).rejects(serviceError('AccessDeniedException', 400));
    await expect(cuts.publish([])).rejects.toMatchObject({ code: 'Refused' });
  });
});
