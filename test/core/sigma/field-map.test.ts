/** Rules that name one field in three ways read the same record; a name that nobody knows is absent. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../functions/core/json.ts';
import type { SigmaRule } from '../../../functions/core/sigma/ast.ts';
import { FIELD_MAPS } from '../../../functions/core/sigma/field-map.ts';
import { parseSigma } from '../../../functions/core/sigma/parse.ts';
import { evaluate } from '../../../functions/core/sigma/predicate.ts';

function ruleOf(logsource: object, detection: object): SigmaRule {
  const text = JSON.stringify({
    title: 'A rule',
    id: '5b3b7c1e-4f0a-4a51-9f6e-0a1b2c3d4e5f',
    status: 'test',
    level: 'low',
    logsource,
    detection,
  });
  const [rule] = parseSigma(text, 'rule.yml').rules;
  if (rule === undefined) throw new Error('no rule');
  return rule;
}

const CASES: readonly [logsource: object, names: readonly string[], record: JsonObject][] = [
  [
    { product: 'azure', service: 'activitylogs' },
    ['operationName', 'OperationName', 'OperationNameValue'],
    { operationName: 'v' },
  ],
  [
    { product: 'azure', service: 'activitylogs' },
    ['operationName', 'OperationNameValue'],
    { operationName: { value: 'v', localizedValue: 'V' } },
  ],
  [
    { product: 'azure', service: 'auditlogs' },
    ['properties.message', 'ActivityDisplayName', 'OperationName'],
    { properties: { activityDisplayName: 'v' } },
  ],
  [
    { product: 'gcp', service: 'gcp.audit' },
    ['gcp.audit.method_name', 'protoPayload.methodName', 'data.protoPayload.methodName'],
    { protoPayload: { methodName: 'v' } },
  ],
  [
    { product: 'windows', service: 'windefend' },
    ['Threat Name', 'ThreatName'],
    { winlog: { event_data: { 'Threat Name': 'v' } } },
  ],
  [{ product: 'windows', category: 'process_creation' }, ['CommandLine'], { process: { command_line: 'v' } }],
  [{ product: 'okta', service: 'okta' }, ['eventType', 'eventtype'], { eventType: 'v' }],
  // Sysmon, osquery, CrowdStrike, Defender, Security 4688
  [{ category: 'process_creation' }, ['Image', 'NewProcessName'], { columns: { path: 'v' } }],
  [{ product: 'windows', category: 'process_creation' }, ['Image'], { ImageFileName: 'v' }],
  [
    { product: 'windows', category: 'process_creation' },
    ['Image', 'process.executable'],
    { winlog: { event_data: { Image: 'v' } } },
  ],
  [{ product: 'windows', category: 'process_creation' }, ['ParentImage'], { ParentProcessName: 'v' }],
  [{ product: 'linux', category: 'process_creation' }, ['CommandLine', 'cmdline'], { columns: { cmdline: 'v' } }],
  [{ product: 'linux', category: 'process_creation' }, ['CommandLine'], { ProcessCommandLine: 'v' }],
  [{ product: 'linux', service: 'auditd' }, ['a0', 'auditd.data.a0'], { auditd: { data: { a0: 'v' } } }],
  [{ product: 'zeek', service: 'dns' }, ['query', 'zeek.dns.query'], { query: 'v' }],
  [{ product: 'zeek', service: 'conn' }, ['id.orig_h', 'src_ip'], { 'id.orig_h': 'v' }],
  [{ category: 'dns' }, ['query', 'QueryName'], { query_name: 'v' }],
  [{ category: 'firewall' }, ['dst_port', 'DestinationPort'], { dstport: 'v' }],
  [{ category: 'webserver' }, ['c-uri', 'cs-uri-stem'], { httpRequest: { uri: 'v' } }],
  [{ category: 'proxy' }, ['c-useragent'], { 'cs(User-Agent)': 'v' }],
  [{ product: 'm365', service: 'threat_management' }, ['eventName', 'Operation'], { Operation: 'v', Workload: 'w' }],
  [{ product: 'gcp', service: 'google_workspace.admin' }, ['new_value'], { parameters: { NEW_VALUE: 'v' } }],
  [{ product: 'kubernetes', service: 'audit' }, ['objectRef.resource'], { audit: { objectRef: { resource: 'v' } } }],
];

describe('the names of vendors', () => {
  it.each(CASES)('%j: %j', (logsource, names, record) => {
    for (const name of names) {
      const rule = ruleOf(logsource, { s: { [name]: 'v' }, condition: 's' });
      expect([name, evaluate(rule, record)]).toEqual([name, 'match']);
      expect(evaluate(rule, { [name]: 'v' })).toBe('match');
      expect(evaluate(rule, { nothing: 'v' })).toBe('not_applicable');
    }
  });

  it('never make a rule of negations true by a field that no map knows', () => {
    const rule = ruleOf({ product: 'azure', service: 'activitylogs' }, { s: { 'no.such.field': 'x' }, condition: 'not s' });
    expect(evaluate(rule, { operationName: 'v' })).toBe('not_applicable');
  });

  it('list every name of a group among its own paths', () => {
    for (const { fields } of FIELD_MAPS) for (const [name, paths] of Object.entries(fields)) expect(paths).toContain(name);
  });
});
