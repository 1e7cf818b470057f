/** GitLab: audit events (API, streaming, audit_json.log) and the request logs of a self-managed instance (production_json.log, api_json.log). @see GitLab Docs, "Audit event schema", "Log system" */
import type { Fields, Kind, MappingSpec } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

/** In the API under `details`, in the log file and the stream also beside it. */
const at = (name: string): string[] => [`details.${name}`, name];
const MESSAGE = [...at('custom_message'), ...at('event_name'), 'event_type'];
const TARGET: Fields = {
  'user.name': [...at('target_details'), 'entity_path'],
  'user.uid': at('target_id'),
  'user.email_addr': at('target_details'),
};
const both = (name: string, wanted: readonly string[] | boolean, kind: Omit<Kind, 'when'>): Kind[] =>
  at(name).map((path) => ({ ...kind, when: { [path]: wanted, author_id: true } }));
const METHODS = { connect: 1, delete: 2, get: 3, head: 4, options: 5, post: 6, put: 7, trace: 8, patch: 9 };
const SIGN_IN: Fields = {
  'user.name': [...at('author_name'), ...at('target_details')],
  'user.email_addr': at('author_email'),
  'user.uid': { from: 'author_id', unless: ['-1'] },
  auth_protocol: [...at('with'), ...at('failed_login')],
};

const SPEC: MappingSpec = {
  id: 'gitlab',
  title: { en: 'GitLab', ja: 'GitLab' },
  product: { name: 'GitLab', vendor_name: 'GitLab' },
  arrivals: ['object', 'push'],
  logsources: [
    { product: 'gitlab', service: 'audit' },
    { product: 'gitlab', service: 'api' },
    { product: 'gitlab', service: 'production' },
  ],
  keys: /(^|\/)gitlab\//,
  match: [
    { author_id: true, entity_id: true, entity_type: true },
    { author_id: true, entity_type: true, 'details.target_type': true },
    { author_id: true, entity_type: true, 'details.author_class': true },
    { author_id: true, entity_type: true, event_type: true },
    { author_id: true, entity_type: true, event_name: true },
    { controller: true, action: true, method: true, path: true, status: true },
    { route: '/api/*', method: true, path: true, status: true },
    { 'meta.caller_id': true, method: true, path: true, correlation_id: true },
    { method: true, path: true, remote_ip: true, correlation_id: true, queue_duration_s: true },
  ],
  uid: ['id'],
  time: ['created_at', 'time'],
  code: ['event_type', 'details.event_name', 'controller', 'route'],
  kinds: [
    {
      when: { controller: true, method: true },
      class_uid: 4002,
      activity: { from: 'method', table: METHODS },
    },
    { when: { method: true, path: true }, class_uid: 4002, activity: { from: 'method', table: METHODS } },
    ...both('failed_login', true, { class_uid: 3002, activity: 1, fields: { ...SIGN_IN, status_id: { is: 2 } } }),
    ...both('with', true, { class_uid: 3002, activity: 1, fields: { ...SIGN_IN, status_id: { is: 1 } } }),
    ...MESSAGE.map(
      (path): Kind => ({
        when: { [path]: ['*signed in*', '*sign*out*', '*log*in*fail*', '*authenticated*'], author_id: true },
        class_uid: 3002,
        activity: { from: MESSAGE, table: { '*out*': 2, '*': 1 } },
        fields: { ...SIGN_IN, status_id: { from: MESSAGE, table: { '*fail*': 2, '*': 1 } } },
      }),
    ),
    ...both('add', ['user_access', 'member*'], {
      class_uid: 3006,
      activity: 3,
      fields: {
        ...TARGET,
        'group.name': [...at('entity_path'), ...at('target_details')],
        'group.uid': 'entity_id',
        'group.type': 'entity_type',
        privileges: at('as'),
      },
    }),
    ...both('remove', ['user_access', 'member*'], {
      class_uid: 3006,
      activity: 4,
      fields: {
        ...TARGET,
        'group.name': [...at('entity_path'), ...at('target_details')],
        'group.uid': 'entity_id',
        'group.type': 'entity_type',
      },
    }),
    ...both('change', ['access_level', '*role*'], {
      class_uid: 3006,
      activity: 1,
      fields: {
        ...TARGET,
        'group.name': [...at('entity_path'), ...at('target_details')],
        'group.uid': 'entity_id',
        'group.type': 'entity_type',
        privileges: at('to'),
      },
    }),
    ...both('remove', ['user'], { class_uid: 3001, activity: 6, fields: TARGET }),
    ...[{ 'details.target_type': 'User' }, { target_type: 'User' }, { entity_type: 'User' }].map(
      (when): Kind => ({
        when: { ...when, author_id: true },
        class_uid: 3001,
        activity: {
          from: [...at('change'), ...at('add'), ...at('remove'), ...MESSAGE],
          table: {
            '*password*': 3,
            '*two*factor*disabled*': 11,
            '*two*factor*': 10,
            user: 1,
            '*block*': 5,
            '*unblock*': 2,
            '*created*': 1,
            '*removed*': 6,
            '*deleted*': 6,
          },
        },
        fields: TARGET,
      }),
    ),
    ...at('add').map((path): Kind => ({ when: { [path]: true, author_id: true }, class_uid: 6003, activity: 1 })),
    ...at('remove').map((path): Kind => ({ when: { [path]: true, author_id: true }, class_uid: 6003, activity: 4 })),
    ...at('change').map((path): Kind => ({ when: { [path]: true, author_id: true }, class_uid: 6003, activity: 3 })),
    { class_uid: 6003, activity: { from: MESSAGE, table: API_VERBS } },
  ],
  fields: {
    'actor.user.uid': { from: ['author_id', 'user_id', 'meta.user_id'], unless: ['-1'] },
    'actor.user.name': [...at('author_name'), 'username', 'meta.user'],
    'actor.user.email_addr': at('author_email'),
    'api.operation': [...at('change'), ...at('add'), ...at('remove'), ...MESSAGE, 'controller'],
    'api.service.name': { is: 'GitLab' },
    'src_endpoint.ip': [...at('ip_address'), 'remote_ip', 'meta.remote_ip'],
    'http_request.http_method': 'method',
    'http_request.url.path': 'path',
    'http_request.url.hostname': 'host',
    'http_request.user_agent': ['ua', 'user_agent'],
    'http_request.uid': 'correlation_id',
    'http_response.code': 'status',
    'dst_endpoint.hostname': 'host',
    'resources[0].uid': at('target_id'),
    'resources[0].name': [...at('target_details'), 'entity_path'],
    'resources[0].type': at('target_type'),
    'resources[1].uid': 'entity_id',
    'resources[1].name': at('entity_path'),
    'resources[1].type': 'entity_type',
    status_id: { from: 'status', table: { '1*': 1, '2*': 1, '3*': 1, '4*': 2, '5*': 2 } },
    status_code: 'status',
    message: at('custom_message'),
    'metadata.correlation_uid': 'correlation_id',
    'metadata.log_name': {
      from: ['controller', 'route', 'entity_type'],
      table: { '/api/*': 'api_json', '*Controller': 'production_json', '*': 'audit' },
    },
  },
};

export const gitlab: Source = mappedSource(SPEC);
