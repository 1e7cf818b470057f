/** Turns every stage's handler into a folder that Lambda takes: one esbuild call for all, shared chunks, names by content. */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { YaguraError } from '../functions/core/error.ts';
import { BUNDLE_TARGET } from './runtime.ts';

/** Above this a cold start is felt; the source of the figure is what peers suffered with large, flaky uploads. */
export const MAX_BUNDLE_BYTES = 5 * 1024 * 1024;

export interface Bundle {
  stage: string;
  /** Absolute path of the folder; its name changes exactly when the content does. */
  dir: string;
  sizeBytes: number;
  /** Lambda's handler text. */
  handler: string;
}

export interface BundleOptions {
  /** The repository's root. */
  root: string;
  stages: readonly string[];
  plugins: readonly Plugin[];
  /** Data files beside the code, by stage. */
  assets?: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>>;
}

/** Some packages are CommonJS and ask for built-in modules by `require`, which ES modules do not have. */
const BANNER = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/** @throws YaguraError BadContent for a bundle that is too large; esbuild's own error for code that does not build */
export async function bundleStages({ root, stages, plugins, assets = {} }: BundleOptions): Promise<Bundle[]> {
  const outdir = join(root, '.cache', 'lambda');
  const result = await build({
    absWorkingDir: root,
    entryPoints: stages.map((stage) => ({ in: `functions/${stage}/handler.ts`, out: stage })),
    ...{ outdir, bundle: true, write: false, metafile: true, splitting: true, minify: true, keepNames: true, sourcemap: false },
    ...{ format: 'esm', platform: 'node', target: BUNDLE_TARGET, logLevel: 'error', charset: 'utf8', legalComments: 'none' },
    // Lambda's runtime brings the SDK.
    external: ['@aws-sdk/*', '@smithy/*'],
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[hash]',
    banner: { js: BANNER },
    plugins: [...plugins],
  });
  const files = new Map(result.outputFiles.map((file) => [basename(file.path), file.contents]));
  const bundles: Bundle[] = [];
  for (const stage of stages) {
    const names = closureOf(`${stage}.mjs`, result.metafile);
    const code = new Map(names.map((name) => [name, contentOf(files, name)]));
    bundles.push(await writeBundle(outdir, stage, { code, assets: new Map(Object.entries(assets[stage] ?? {})) }));
  }
  return bundles;
}

function contentOf(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const content = files.get(name);
  if (content === undefined) throw new YaguraError('Bug', `the bundler names ${name} and does not write it`);
  return content;
}

/** The file and every chunk that it imports, directly or not. */
function closureOf(entry: string, { outputs }: Metafile): string[] {
  const imports = new Map(
    Object.entries(outputs).map(([path, output]) => [
      basename(path),
      output.imports.filter((imported) => imported.external !== true).map((imported) => basename(imported.path)),
    ]),
  );
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const next of imports.get(name) ?? []) visit(next);
  };
  visit(entry);
  return [...found].sort();
}

interface BundleFiles {
  code: ReadonlyMap<string, Uint8Array>;
  assets: ReadonlyMap<string, Uint8Array>;
}

async function writeBundle(outdir: string, stage: string, { code, assets }: BundleFiles): Promise<Bundle> {
  const files = new Map([...code, ...assets]);
  const hash = createHash('sha256');
  for (const [name, content] of files) hash.update(name).update('\0').update(content);
  // Data is read when it is asked for; code is parsed at each cold start.
  const sizeBytes = [...code.values()].reduce((sum, content) => sum + content.byteLength, 0);
  if (sizeBytes > MAX_BUNDLE_BYTES) {
    throw new YaguraError('BadContent', `the bundle of ${stage} has ${sizeBytes} bytes (allowed: at most ${MAX_BUNDLE_BYTES})`);
  }
  const dir = join(outdir, `${stage}-${hash.digest('hex').slice(0, 16)}`);
  await placeOnce(dir, files);
  return { stage, dir, sizeBytes, handler: `${stage}.handler` };
}

/** Several synths may run at once: the folder appears whole or not at all. */
async function placeOnce(dir: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  if (await exists(dir)) return;
  const working = `${dir}.${randomUUID()}.tmp`;
  await mkdir(working, { recursive: true });
  for (const [name, content] of files) await writeFile(join(working, name), content);
  try {
    await rename(working, dir);
  } catch (error) {
    await rm(working, { recursive: true, force: true });
    if (!(await exists(dir))) throw error;
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
