/** Falco: alerts as JSON, also through Falcosidekick. @see Falco documentation, "Formatting alerts for containers and Kubernetes", "Supported fields for conditions and outputs" */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'falco',
  title: { en: 'Falco', ja: 'Falco' },
  product: { name: 'Falco', vendor_name: 'CNCF' },
  arrivals: ['object', 'push'],
  logsources: [{ product: 'falco', service: 'alerts' }],
  keys: /(^|\/)falco\//,
  match: [
    { rule: true, priority: true, output_fields: true },
    { rule: true, priority: true, output: true },
  ],
  uid: 'uuid',
  time: ['time', 'output_fields.evt.time'],
  code: 'rule',
  severity: {
    from: 'priority',
    table: { debug: 1, info: 1, informational: 1, notice: 2, warning: 3, error: 4, critical: 5, alert: 5, emergency: 6 },
  },
  kinds: [
    {
      class_uid: 2004,
      activity: 1,
      fields: {
        'finding_info.uid': ['uuid', 'rule'],
        'finding_info.title': 'rule',
        'finding_info.desc': 'output',
        'finding_info.types': 'tags',
        'finding_info.analytic.name': 'rule',
        'finding_info.analytic.type_id': { is: 1 },
        'finding_info.data_sources': 'source',
        is_alert: { is: true },
        // Keys with dots of their own are read below the object that holds them.
        evidences: {
          each: 'output_fields',
          fields: {
            'process.name': 'proc.name',
            'process.pid': 'proc.pid',
            'process.cmd_line': 'proc.cmdline',
            'process.file': { from: ['proc.exepath'], as: 'file' },
            'process.tty': 'proc.tty',
            'process.working_directory': 'proc.cwd',
            'process.parent_process.name': 'proc.pname',
            'process.parent_process.pid': 'proc.ppid',
            'process.parent_process.cmd_line': 'proc.pcmdline',
            'process.user.name': 'user.name',
            'process.user.uid': 'user.uid',
            'user.name': ['ka.user.name', 'ct.user', 'user.loginname'],
            'api.operation': ['ka.verb', 'ct.name', 'evt.type'],
            file: { from: ['fs.path.name', 'fd.path'], as: 'file' },
            'src_endpoint.ip': ['fd.cip', 'fd.sip.client', 'ct.srcip', 'ka.sourceips'],
            'src_endpoint.port': 'fd.cport',
            'dst_endpoint.ip': ['fd.sip', 'fd.rip'],
            'dst_endpoint.port': ['fd.sport', 'fd.rport'],
            'container.uid': 'container.id',
            'container.name': 'container.name',
            'container.image.name': ['container.image.repository', 'container.image'],
            'container.pod_uuid': 'k8s.pod.id',
            'resources[0].name': ['k8s.pod.name', 'ka.target.name'],
            'resources[0].namespace': ['k8s.ns.name', 'ka.target.namespace'],
            'resources[0].type': { from: ['k8s.pod.name', 'ka.target.resource'], table: { '*': 'kubernetes' } },
          },
        },
      },
    },
  ],
  fields: {
    'device.hostname': 'hostname',
    'device.type_id': { is: 0 },
    message: 'output',
    'metadata.log_name': 'source',
    'metadata.labels': 'tags',
  },
};

const mapped = mappedSource(SPEC);

/** With the descriptor's name as a path where it is one: of a socket it is addresses (`10.0.0.1:40000->10.0.0.2:443`). */
function withPath(record: JsonObject): JsonObject {
  const { output_fields: fields } = record;
  if (!isJsonObject(fields)) return record;
  const name = fields['fd.name'];
  if (typeof name !== 'string' || !name.startsWith('/') || Object.hasOwn(fields, 'fd.path')) return record;
  return { ...record, output_fields: { ...fields, 'fd.path': name } };
}

export const falco: Source = { ...mapped, toOcsf: (record, context) => mapped.toOcsf(withPath(record), context) };
