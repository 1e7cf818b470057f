/** Amazon RDS and Aurora: audit logs of MariaDB and MySQL, pgaudit of PostgreSQL. @see RDS User Guide, "MariaDB Audit Plugin"; Aurora User Guide, "Advanced auditing"; pgAudit, "Format" */

import type { JsonObject } from '../../core/json.ts';
import type { Fields, Lookup, MappingSpec } from '../../core/mapping/spec.ts';
import { splitDelimited } from '../../core/mapping/split.ts';
import { named } from '../../core/text-lines.ts';
import { lineFormat, mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const MARIADB = [
  'timestamp',
  'serverhost',
  'username',
  'host',
  'connectionid',
  'queryid',
  'operation',
  'database',
  'object',
  'retcode',
];
const MARIADB_LINE = /^(?:\d{8} \d\d:\d\d:\d\d|\d{16}),[^,]*,[^,]*,[^,]*,\d+,\d+,[A-Z_]+,/;
const POSTGRES =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? UTC):([^:]*):([^@]*)@([^:]*):\[(\d+)\]:(?:[^:]*:)?\s*([A-Z0-9]+):\s+(.*)$/s;
const PGAUDIT = [
  'audit_type',
  'statement_id',
  'substatement_id',
  'operation',
  'command',
  'object_type',
  'object',
  'query',
  'parameter',
];

/** The object of MariaDB's line is SQL in quotes, in which quotes are escaped and commas are not. */
function mariadb(line: string): JsonObject {
  const [, head = '', object = '', retcode = ''] = /^((?:[^,]*,){8})(.*),(-?\d*)[^,]*$/s.exec(line) ?? [];
  const values = [...head.split(',').slice(0, 8), object.replace(/^'|'$/g, '').replace(/\\'/g, "'"), retcode];
  const record = named(MARIADB, values, new Set(['']));
  const [, date, clock] = /^(\d{8}) (\d\d:\d\d:\d\d)$/.exec(values[0] ?? '') ?? [];
  return date === undefined ? record : { ...record, time: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${clock}Z` };
}

function postgres(match: RegExpExecArray): JsonObject {
  const [, timestamp = '', host = '', username = '', database = '', pid = '', level = '', text = ''] = match;
  const base = named(
    ['timestamp', 'host', 'username', 'database', 'connectionid', 'level'],
    [timestamp, host, username, database, pid, level],
  );
  const audit = /^AUDIT: (.*)$/s.exec(text)?.[1];
  if (audit === undefined) return { ...base, engine: 'postgres', message: text };
  const { values, isExact } = splitDelimited(audit, ',');
  const record = { ...base, engine: 'postgres', ...named(PGAUDIT, values, new Set([''])) };
  return isExact ? record : { ...record, line: audit };
}

function read(line: string): JsonObject | undefined {
  if (MARIADB_LINE.test(line)) return mariadb(line);
  const match = POSTGRES.exec(line);
  return match === null ? undefined : postgres(match);
}

const ACTIVITY: Lookup = {
  from: ['command', 'operation'],
  table: {
    'SELECT*': 4,
    READ: 1,
    WRITE: 5,
    QUERY: 4,
    QUERY_DDL: 6,
    QUERY_DML: 2,
    QUERY_DCL: 2,
    'CREATE*': 6,
    'DROP*': 7,
    'ALTER*': 2,
    'INSERT*': 5,
    'UPDATE*': 2,
    'DELETE*': 7,
    'GRANT*': 2,
    '*': 4,
  },
};
const DATABASE: Fields = { 'database.name': 'database', 'database.type_id': { is: 1 } };

const SPEC: MappingSpec = {
  id: 'aws-rds-audit',
  title: { en: 'Amazon RDS and Aurora audit logs', ja: 'Amazon RDS・Aurora 監査ログ' },
  product: { name: 'Amazon RDS', vendor_name: 'AWS' },
  logsources: [{ product: 'aws', service: 'rds' }, { category: 'database' }],
  match: [
    { serverhost: true, connectionid: true, operation: true },
    { engine: 'postgres', connectionid: true },
  ],
  time: ['time', 'timestamp'],
  code: 'operation',
  kinds: [
    {
      when: { operation: ['CONNECT', 'FAILED_CONNECT', 'DISCONNECT', 'CHANGEUSER'] },
      class_uid: 3002,
      activity: { from: 'operation', table: { DISCONNECT: 2, CHANGEUSER: 7, '*': 1 } },
      fields: {
        'user.name': 'username',
        'service.name': 'serverhost',
        status_id: { from: ['retcode', 'operation'], table: { '0': 1, CONNECT: 1, DISCONNECT: 1, CHANGEUSER: 1, '*': 2 } },
        'session.uid': 'connectionid',
      },
    },
    // The object of a query is its text, that of any other operation a table.
    { when: { operation: 'QUERY*' }, class_uid: 6005, activity: ACTIVITY, fields: DATABASE },
    { class_uid: 6005, activity: ACTIVITY, fields: { ...DATABASE, 'table.name': 'object' } },
  ],
  fields: {
    'actor.user.name': 'username',
    'actor.session.uid': 'connectionid',
    'src_endpoint.ip': 'host',
    src_endpoint: { from: 'host', as: 'address' },
    'dst_endpoint.hostname': 'serverhost',
    'query_info.query_string': ['query', 'object'],
    'query_info.uid': 'queryid',
    status_code: 'retcode',
    message: 'message',
    'cloud.provider': { is: 'AWS' },
  },
};

export const awsRdsAudit: Source = mappedSource(SPEC, lineFormat(read));
