/** A source's id → its folder with a specification and samples that pass the tests, and its lines in the lists of sources. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { YaguraError } from '../functions/core/error.ts';

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Writes the files below a copy of the repository; returns their paths.
 * @throws YaguraError BadInput for an id that is none, or that is taken
 */
export function newSource(root: string, id: string): string[] {
  if (!ID.test(id))
    throw new YaguraError('BadInput', `"${id}" is no id of a source`, {
      problems: [
        {
          what: 'a source is named like its folder',
          allowed: 'a-z, 0-9 and -, beginning with a letter',
          fix: 'acme-desk, for example',
        },
      ],
    });
  const folder = join(root, 'functions/sources', id);
  if (existsSync(folder))
    throw new YaguraError('BadInput', `the source ${id} is there already`, {
      problems: [{ at: `functions/sources/${id}`, what: 'the folder exists', fix: 'choose another id, or edit what is there' }],
    });
  mkdirSync(join(folder, 'samples'), { recursive: true });
  const made = Object.entries(files(id)).map(([path, text]) => {
    writeFileSync(join(folder, path), text);
    return `functions/sources/${id}/${path}`;
  });
  const changed = [
    changeFile(root, 'functions/sources/index.ts', (text) => listed(text, id)),
    changeFile(root, 'test/sources/corpora.ts', (text) =>
      text.replace(/\n\];\s*$/, `\n  { id: '${id}', names: [], atLeast: 0 },\n];\n`),
    ),
  ];
  return [...made, ...changed];
}

function changeFile(root: string, path: string, change: (text: string) => string): string {
  const before = readFileSync(join(root, path), 'utf8');
  const after = change(before);
  if (after === before) throw new YaguraError('Bug', `${path} has not the shape that new-source.ts knows`);
  writeFileSync(join(root, path), after);
  return path;
}

const camelCase = (id: string): string => id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** The import at its place in the alphabet, and the source at the end of the list. */
function listed(text: string, id: string): string {
  const line = `import { ${camelCase(id)} } from './${id}/source.ts';\n`;
  const later = [...text.matchAll(/^import .* from '\.\/(.+?)(?:\/source)?\.ts';$/gm)].find(([, other = '']) => other > id);
  const at = later?.index ?? text.indexOf('\n/** In the order');
  const imported = text.slice(0, at) + line + text.slice(at);
  return imported.replace(/(SOURCES: readonly Source\[\] = \[[^\]]*)(\n\];)/, `$1\n  ${camelCase(id)},$2`);
}

function files(id: string): Record<string, string> {
  const record = (event: string, more: Record<string, unknown>): string =>
    `${JSON.stringify({ product: id, id: `${id}-${event}`, time: '2025-03-04T09:00:00.000Z', event, ...more }, null, 2)}\n`;
  const who = { user: { id: 'u-1', email: 'aoi.kato@example.com' }, ip: '203.0.113.24', agent: 'Mozilla/5.0', result: 'ok' };
  return {
    'source.ts': template(id),
    'samples/login.json': record('login', who),
    'samples/login-failed.json': record('login', {
      ...who,
      id: `${id}-login-failed`,
      result: 'failed',
      reason: 'wrong password',
    }),
    'samples/user-deleted.json': record('user.deleted', { ...who, target: { id: 'u-2', email: 'ren.mori@example.com' } }),
    'samples/report-viewed.json': record('report.viewed', { ...who, object: { id: 'r-1', name: 'Quarter' } }),
    'samples/setting-changed.json': record('setting.changed', {
      ip: '203.0.113.24',
      object: { id: 's-1', name: 'mfa' },
      old: true,
      new: false,
    }),
  };
}

const template = (
  id: string,
): string => `/** TODO What ${id} is, and where its log comes from. @see TODO the vendor's page on its format */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: '${id}',
  title: { en: '${id}', ja: '${id}' },
  product: { name: '${id}', vendor_name: '${id}' },
  logsources: [{ product: '${id}' }],
  // Surely this product's, and nobody else's: two or three telling fields or values.
  match: [{ product: '${id}', event: true }],
  uid: 'id',
  time: 'time',
  code: 'event',
  // The first kind whose tests hold is what the record is.
  kinds: [
    {
      when: { event: ['login', 'logout'] },
      class_uid: 3002,
      activity: { from: 'event', table: { login: 1, logout: 2 } },
      fields: { 'user.uid': 'user.id', 'user.email_addr': 'user.email', 'service.name': 'product' },
    },
    {
      when: { event: 'user.*' },
      class_uid: 3001,
      activity: { from: 'event', table: { '*.created': 1, '*.deleted': 6 } },
      fields: { 'user.uid': 'target.id', 'user.email_addr': 'target.email' },
    },
    {
      class_uid: 6003,
      activity: { from: 'event', table: { '*.created': 1, '*.viewed': 2, '*.changed': 3, '*.deleted': 4 } },
      fields: { 'resources[0].uid': 'object.id', 'resources[0].name': 'object.name' },
    },
  ],
  // OCSF attribute: field of the record. What no line takes is kept in unmapped.
  fields: {
    'actor.user.uid': 'user.id',
    'actor.user.email_addr': 'user.email',
    'api.operation': 'event',
    'src_endpoint.ip': 'ip',
    'http_request.user_agent': 'agent',
    status_id: { from: 'result', table: { ok: 1, failed: 2 } },
    status_detail: 'reason',
  },
};

export const ${camelCase(id)}: Source = mappedSource(SPEC);
`;
