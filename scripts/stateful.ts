/**
 * `npm run stateful`: writes down what of the templates holds data, for the next version to be compared with; refuses to forget anything.
 * `npm run stateful -- OLD NEW`: tells what an upgrade between two synthesized folders would lose.
 */
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isJsonObject } from '../functions/core/json.ts';
import { buildApp } from '../infra/deployment.ts';
import { readDeployment } from '../infra/settings.ts';
import { folded, losses, type StatefulFile, type StatefulSet, statefulOf, unfolded } from '../infra/stateful.ts';

const FILE = new URL('../infra/stateful.json', import.meta.url);
const args = process.argv.slice(2);
const [old, now] = args.filter((arg) => !arg.startsWith('--'));
const lost = now === undefined ? await writeDown() : losses(await inFolder(old ?? ''), await inFolder(now));
if (lost.length > 0) {
  console.error(`An upgrade would lose data:\n${lost.map((line) => `  ${line}`).join('\n')}`);
  console.error('Mend the templates. Where it is meant and every deployment was moved: npm run stateful -- --accept-loss');
  process.exitCode = 1;
} else if (now !== undefined) console.log('An upgrade loses nothing.');

/** Of every data stack in a folder that `cdk synth` wrote. */
async function inFolder(folder: string): Promise<StatefulSet> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('Data.template.json'));
  if (names.length === 0) throw new Error(`${folder} holds no *Data.template.json (npx cdk synth --quiet --output ${folder})`);
  const sets = names.map(async (name): Promise<StatefulSet> => {
    const template: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
    return statefulOf(isJsonObject(template) ? template : {});
  });
  return Object.assign({}, ...(await Promise.all(sets)));
}

/** Of the defaults, whatever this deployment's configuration says: the file is the repository's. */
async function writeDown(): Promise<string[]> {
  const outdir = await mkdtemp(join(tmpdir(), 'yagura-stateful-'));
  buildApp(await readDeployment({}), { outdir }).app.synth();
  const after = await inFolder(outdir);
  const before: StatefulFile = JSON.parse(await readFile(FILE, 'utf8').catch(() => '{"types":[],"resources":{}}'));
  const found = losses(unfolded(before), after);
  if (found.length > 0 && !args.includes('--accept-loss')) return found;
  await writeFile(FILE, `${lined(folded(after))}\n`);
  console.log(`${Object.keys(after).length} resources hold data: infra/stateful.json`);
  return [];
}

/** One line for each type and each resource: a change of one shows as one line. */
function lined({ types, resources }: StatefulFile): string {
  const rows = Object.entries(resources).map(([id, resource]) => `  ${JSON.stringify(id)}: ${JSON.stringify(resource)}`);
  const shown = types.map((type) => `  ${JSON.stringify(type)}`).join(',\n');
  return `{\n "types": [\n${shown}\n ],\n "resources": {\n${rows.join(',\n')}\n }\n}`;
}
