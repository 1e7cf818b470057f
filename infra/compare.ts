/** Two configurations on standard input → on standard output, as JSON, what deploying the second over the first would change in each stack. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { isJsonObject, type JsonObject } from '../functions/core/json.ts';
import { buildApp } from './deployment.ts';
import { ROOT, readDeployment } from './settings.ts';
import { templateChanges } from './template-changes.ts';

async function templatesOf(config: unknown): Promise<Map<string, JsonObject>> {
  const outdir = mkdtempSync(join(tmpdir(), 'yagura-compare-'));
  try {
    const settings: unknown = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
    const flags = isJsonObject(settings) && isJsonObject(settings['context']) ? settings['context'] : {};
    // CDK's own rules take seconds, and say nothing of what differs.
    const context = { ...flags, '@aws-cdk/core:validateAgainstDefaultRules': false };
    const { stacks } = buildApp(await readDeployment(config), { outdir, context }).app.synth();
    return new Map(stacks.map(({ stackName, template }) => [stackName, template]));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const order: unknown = await json(process.stdin);
const { before, after } = isJsonObject(order) ? order : {};
const [old, now] = [await templatesOf(before), await templatesOf(after)];
const names = [...new Set([...old.keys(), ...now.keys()])];
process.stdout.write(JSON.stringify(names.map((name) => templateChanges(name, old.get(name) ?? {}, now.get(name) ?? {}))));
