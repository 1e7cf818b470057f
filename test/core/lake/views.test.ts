import { describe, expect, it } from 'vitest';
import { CUT_VIEW_NAME } from '../../../functions/core/lake/table-view.ts';
import { storedTableName, TABLES } from '../../../functions/core/lake/tables.ts';
import { DERIVED_VIEWS, LAKE_VIEWS, TABLE_VIEWS } from '../../../functions/core/lake/views.ts';

describe('the views', () => {
  it('have unique names that no stored table has', () => {
    const names = LAKE_VIEWS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const stored = [...TABLES.map(storedTableName), CUT_VIEW_NAME];
    expect(names.filter((name) => stored.includes(name))).toEqual([]);
    expect(TABLE_VIEWS.map(({ name }) => name)).toEqual(TABLES.map(({ name }) => name));
  });

  it('offer the partition keys, so that a query can be bounded', () => {
    for (const { name, columns } of LAKE_VIEWS) {
      expect(
        columns.map((column) => column.name),
        name,
      ).toEqual(expect.arrayContaining(['source', 'eventday']));
    }
  });

  it('name each of their columns once', () => {
    for (const { name, columns } of LAKE_VIEWS)
      expect(new Set(columns.map((column) => column.name)).size, name).toBe(columns.length);
  });

  it('read cold files without a window, so that every predicate reaches them', () => {
    for (const { name, athenaSql } of TABLE_VIEWS) {
      const [cold = '', hot = ''] = athenaSql.split('\nUNION ALL\n');
      expect(cold, name).toContain("f.tier = 'cold'");
      expect(cold, name).not.toContain('row_number');
      expect(hot, name).toContain(
        'PARTITION BY source, eventday, coalesce(record_digest, metadata.uid) ORDER BY ingest_time_dt DESC',
      );
    }
  });

  it('give a class without a column NULL of the type', () => {
    const view = DERIVED_VIEWS.find(({ name }) => name === 'cloudtrail');
    const branch = view?.athenaSql.split('UNION ALL').find((sql) => sql.includes('FROM account_change'));
    expect(branch).toContain('CAST(NULL AS array(varchar)) AS "resources"');
    expect(branch).toContain("WHERE source = 'aws-cloudtrail'");
  });
});
