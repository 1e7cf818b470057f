// Trino, the engine that Athena version 3 is made of, on a free port of this machine: fetched with Maven once, or the reason why not.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { ROOT } from './python-tools.ts';

/** Its Java: 24 or later. @see Trino release notes 476 */
const VERSION = '476';
const MIN_JAVA = 24;
const CACHE = join(ROOT, '.cache');
const HOME = join(CACHE, `trino-server-${VERSION}`);
const START_TRIES = 480;
const run = promisify(execFile);

export interface TrinoServer {
  url: string;
  /** Folder that the catalog `hive` reads as `local:///`. */
  folder: string;
  stop(): Promise<void>;
}

/** Starts a server with one catalog, `hive`: a metastore of files over a new folder. Says out loud why where it cannot. */
export async function startTrino(): Promise<TrinoServer | { missing: string }> {
  const java = javaHome();
  if (java === undefined) return told(`there is no JDK ${MIN_JAVA} or later (JAVA_HOME, PATH)`);
  try {
    await install();
  } catch (error) {
    return told(`Trino ${VERSION} cannot be fetched with mvn: ${error instanceof Error ? error.message.slice(0, 300) : error}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'yagura-trino-'));
  const port = await freePort();
  const etc = configured(folder, port);
  const server = spawn(join(HOME, 'bin/launcher'), ['run', '--etc-dir', etc, '--data-dir', join(folder, 'data')], {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, JAVA_HOME: java },
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = (): Promise<void> => stopped(server, folder);
  if (await answers(url, server)) return { url, folder: join(folder, 'lake'), stop };
  await stop();
  return told('it did not start within two minutes');
}

function told(missing: string): { missing: string } {
  console.warn(`SKIPPED tests on Trino: ${missing}`);
  return { missing };
}

function javaHome(): string | undefined {
  const installed = '/usr/lib/jvm';
  const homes = [
    process.env['JAVA_HOME'],
    ...(existsSync(installed) ? readdirSync(installed).map((name) => join(installed, name)) : []),
    '/usr',
  ];
  return homes.find((home) => home !== undefined && existsSync(join(home, 'bin/java')) && versionOf(home) >= MIN_JAVA);
}

function versionOf(home: string): number {
  try {
    const text = execFileSync(join(home, 'bin/java'), ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return Number(/^\S+ (\d+)/.exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Unpacks the whole distribution (its plugins share files by hard links), then keeps the one plugin that we use. */
async function install(): Promise<void> {
  if (existsSync(HOME)) return;
  mkdirSync(CACHE, { recursive: true });
  const artifact = `io.trino:trino-server:${VERSION}:tar.gz`;
  await run('mvn', ['-q', '-B', 'dependency:get', `-Dartifact=${artifact}`, '-Dtransitive=false'], { maxBuffer: 2 ** 26 });
  const scratch = mkdtempSync(join(CACHE, 'trino-'));
  await run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${scratch}`], {
    maxBuffer: 2 ** 26,
    cwd: scratch,
  });
  await run('tar', ['xzf', join(scratch, `trino-server-${VERSION}.tar.gz`), '-C', scratch]);
  const plugins = join(scratch, `trino-server-${VERSION}`, 'plugin');
  for (const name of readdirSync(plugins)) if (name !== 'hive') rmSync(join(plugins, name), { recursive: true });
  renameSync(join(scratch, `trino-server-${VERSION}`), HOME);
  rmSync(scratch, { recursive: true });
}

function configured(folder: string, port: number): string {
  const etc = join(folder, 'etc');
  mkdirSync(join(etc, 'catalog'), { recursive: true });
  mkdirSync(join(folder, 'lake'), { recursive: true });
  const write = (name: string, lines: readonly string[]): void => writeFileSync(join(etc, name), `${lines.join('\n')}\n`);
  write('node.properties', ['node.environment=test', 'node.id=yagura', `node.data-dir=${join(folder, 'data')}`]);
  write('jvm.config', ['-server', '-Xmx2G', '-XX:+UseG1GC', '-Djdk.attach.allowAttachSelf=true', '-Duser.timezone=UTC']);
  write('log.properties', ['io.trino=WARN']);
  write('config.properties', [
    'coordinator=true',
    'node-scheduler.include-coordinator=true',
    `http-server.http.port=${port}`,
    'node.internal-address=127.0.0.1',
    `discovery.uri=http://127.0.0.1:${port}`,
    'query.max-memory=1GB',
    'query.max-memory-per-node=1GB',
  ]);
  write('catalog/hive.properties', [
    'connector.name=hive',
    'hive.metastore=file',
    'hive.metastore.catalog.dir=local:///metastore',
    'fs.native-local.enabled=true',
    `local.location=${join(folder, 'lake')}`,
    'hive.partition-projection-enabled=true',
    'hive.security=allow-all',
    // As on S3, where a projected partition without objects is an empty one.
    'hive.ignore-absent-partitions=true',
    // Athena reads Parquet columns by name.
    'hive.parquet.use-column-names=true',
  ]);
  return etc;
}

async function answers(url: string, server: ChildProcess): Promise<boolean> {
  for (let tries = 0; tries < START_TRIES && server.exitCode === null; tries++) {
    const isUp = await fetch(`${url}/v1/info`).then(
      async (answer) => ((await answer.json()) as { starting?: boolean }).starting === false,
      () => false,
    );
    if (isUp) return true;
    await pause(250);
  }
  return false;
}

async function stopped(server: ChildProcess, folder: string): Promise<void> {
  if (server.exitCode === null && server.pid !== undefined) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    // The launcher's own group: the server is its child.
    process.kill(-server.pid, 'SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}
