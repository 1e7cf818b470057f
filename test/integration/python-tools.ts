// The Python tools of the integration tests in a virtual environment of their own: installed once, or the reason why not.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VENV = join(ROOT, '.venv');
const REQUIREMENTS = join(ROOT, 'test/integration/requirements.txt');
const STAMP = join(VENV, '.installed');
const run = promisify(execFile);

/** Folder of the tools' executables, or why there are none. */
export type PythonTools = { bin: string } | { missing: string };

/** Installs what `requirements.txt` says, where it is not there yet. */
export async function pythonTools(): Promise<PythonTools> {
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  const bin = join(VENV, 'bin');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return { bin };
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
  } catch {
    return told('there is no python3');
  }
  try {
    await run('python3', ['-m', 'venv', VENV]);
    await run(join(bin, 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS], {
      maxBuffer: 2 ** 26,
    });
  } catch (error) {
    return told(`moto and cfn-lint cannot be installed: ${error instanceof Error ? error.message.slice(0, 500) : String(error)}`);
  }
  writeFileSync(STAMP, wanted);
  return { bin };
}

function told(missing: string): PythonTools {
  console.warn(`SKIPPED integration tests: ${missing}`);
  return { missing };
}
