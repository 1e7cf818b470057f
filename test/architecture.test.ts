import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Import {
  file: string;
  /** A path below the root, or a package name. */
  to: string;
}

const files = (folder: string): string[] =>
  existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => `${folder}/${name}`)
    : [];

const SOURCES = [...files('functions'), ...files('local'), ...files('infra')];
const IMPORT = /^\s*(?:import|export)\b[^'"]*?from\s+'([^']+)'|\bimport\('([^']+)'\)|^\s*import\s+'([^']+)'/gm;

const IMPORTS: Import[] = SOURCES.flatMap((file) =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)].map((match) => {
    const to = match[1] ?? match[2] ?? match[3] ?? '';
    return { file, to: to.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), to)) : to };
  }),
);

/** The imports of files below `folder` that are not among the allowed ones. */
function strangers(folder: string, allowed: (to: string, file: string) => boolean): string[] {
  return IMPORTS.filter(({ file }) => file.startsWith(folder))
    .filter(({ file, to }) => !allowed(to, file))
    .map(({ file, to }) => `${file} imports ${to}`);
}
const within =
  (...folders: string[]) =>
  (to: string) =>
    folders.some((folder) => to.startsWith(folder));
const STAGES = [
  'ingest',
  'detect',
  'scheduled',
  'baseline',
  'correlate',
  'case',
  'duty',
  'respond',
  'approve',
  'decide',
  'measure',
  'maintain',
  'collect',
  'webhook',
];

/** Pure packages: no I/O, no clock, no environment. docs/decisions/0001-core-packages.md */
const PURE = [
  'zod',
  'node:crypto',
  'node:zlib',
  'ipaddr.js',
  're2js',
  'hyparquet-writer',
  'yaml',
  'jsonata',
  'saxes',
  'node:buffer',
];

describe('dependency direction', () => {
  it('finds the imports that it judges', () => {
    expect(IMPORTS.length).toBeGreaterThan(100);
  });

  it('core imports core, and packages that are pure', () => {
    expect(
      strangers(
        'functions/core/',
        (to) =>
          to.startsWith('functions/core/') || PURE.includes(to) || /^hyparquet-writer\/src\/(datapage|encoding)\.js$/.test(to),
      ),
    ).toEqual([]);
  });

  it('ports import ports and core', () => {
    expect(strangers('functions/ports/', within('functions/ports/', 'functions/core/'))).toEqual([]);
  });

  it('sources import core and the source type, never one another', () => {
    const own = (to: string, file: string): boolean => to.startsWith(`${file.split('/').slice(0, 3).join('/')}/`);
    const allowed = (to: string, file: string): boolean =>
      to.startsWith('functions/core/') ||
      ['functions/sources/source.ts', 'functions/sources/mapped.ts'].includes(to) ||
      own(to, file) ||
      (file === 'functions/sources/index.ts' && to.startsWith('functions/sources/')) ||
      PURE.includes(to);
    expect(strangers('functions/sources/', allowed)).toEqual([]);
  });

  it.each(STAGES)(
    'stage %s imports core, ports and itself, never another stage; ingest also the source type, and detect for records of history',
    (stage) => {
      const own = `functions/${stage}/`;
      const allowed = (to: string, file: string): boolean =>
        within('functions/core/', 'functions/ports/', own)(to) ||
        (stage === 'ingest' && (to.startsWith('functions/sources/') || to === 'hyparquet' || to === 'hyparquet/src/column.js')) ||
        (file === 'functions/detect/handler.ts' && to.startsWith('functions/sources/')) ||
        (stage === 'maintain' && /^hyparquet(\/src\/(column|encoding)\.js)?$/.test(to)) ||
        // Routing over the web's own Request and Response: pure.
        ((stage === 'api' || stage === 'decide') && /^hono(\/|$)/.test(to)) ||
        // Builds the bytes of a letter; with its access to files and addresses switched off it is pure.
        (stage === 'notify' && to === 'nodemailer/lib/mail-composer') ||
        (file === `${own}handler.ts` && to.startsWith('functions/adapters/aws/')) ||
        PURE.includes(to) ||
        to === 'node:stream';
      expect(strangers(own, allowed)).toEqual([]);
    },
  );

  it('the doctor imports core, ports and itself', () => {
    expect(strangers('functions/doctor/', within('functions/core/', 'functions/ports/', 'functions/doctor/'))).toEqual([]);
  });

  it('a handler is three statements, and nobody imports one', () => {
    expect(IMPORTS.filter(({ to }) => to.endsWith('/handler.ts'))).toEqual([]);
  });

  it('only adapters/aws know the AWS SDK and the environment of a process', () => {
    const others = SOURCES.filter((file) => !file.startsWith('functions/adapters/aws/') && file.startsWith('functions/'));
    expect(IMPORTS.filter(({ file, to }) => others.includes(file) && to.startsWith('@aws-sdk/'))).toEqual([]);
    expect(others.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('process.env'))).toEqual([]);
  });

  it('local never imports the AWS SDK, the AWS adapters or infra', () => {
    const foreign = (to: string): boolean => /^(@aws-sdk\/|aws-cdk|constructs|functions\/adapters\/|infra\/)/.test(to);
    expect(strangers('local/', (to) => !foreign(to))).toEqual([]);
  });

  it('infra imports the pipeline, core, declarations of sources, connectors and actions, and the CDK', () => {
    const allowed = (to: string): boolean =>
      to === 'functions/pipeline.ts' ||
      to === 'soc.config.ts' ||
      within('functions/core/', 'functions/sources/', 'functions/collect/connectors/', 'functions/respond/actions/')(to) ||
      within('infra/', 'aws-cdk-lib', 'node:')(to) ||
      ['constructs', 'esbuild', 'zod'].includes(to);
    expect(strangers('infra/', allowed)).toEqual([]);
  });

  it('core has no clock, no randomness and no environment', () => {
    const impure = files('functions/core').filter((file) =>
      /\bDate\.now\(|\bnew Date\(\)|Math\.random\(|process\.(env|argv|cwd|hrtime)/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(impure).toEqual([]);
  });
});

describe('the text of the repository', () => {
  const tracked = [...SOURCES, ...files('test')];

  it('has no file called after nothing in particular', () => {
    const vague = /(^|\/)(utils?|helpers?|common|manager|service|base|impl|misc)(\.|\/)/;
    expect(tracked.filter((file) => vague.test(file))).toEqual([]);
  });

  it('has no invisible or direction-changing characters', () => {
    const invisible = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;
    expect(tracked.filter((file) => invisible.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });

  it('opens each file of functions, local and infra with what it turns into what', () => {
    const silent = SOURCES.filter((file) => !file.endsWith('.generated.ts') && !file.endsWith('.d.ts')).filter(
      (file) => !/^(#!.*\n)?(\/\*\*|\/\/)/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(silent).toEqual([]);
  });

  it('uses no escape from the type checker', () => {
    const escapes = /@ts-(ignore|nocheck|expect-error)|: any\b|as any\b/;
    expect(SOURCES.filter((file) => escapes.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });
});
