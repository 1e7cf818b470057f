// Deployments for the tests of templates: the real content, functions that need no bundling, options over the defaults.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONNECTORS } from '../../functions/collect/connectors/index.ts';
import { type ConfigInput, parseConfig } from '../../functions/core/config.ts';
import { PIPELINE } from '../../functions/pipeline.ts';
import { permissionsOf } from '../../functions/respond/actions/index.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import type { Bundle } from '../../infra/bundle.ts';
import { readDetections } from '../../infra/content.ts';
import { buildApp, type Deployment } from '../../infra/deployment.ts';
import { readPlaybooks } from '../../infra/playbooks.ts';
import { ROOT } from '../../infra/settings.ts';
import { type ShownCoverage, shownCoverage } from '../../infra/shown-coverage.ts';
import type { CloudFormationTemplate } from './template.ts';
import { readTemplate } from './template.ts';

export interface Synthesized {
  outdir: string;
  templates: ReadonlyMap<string, CloudFormationTemplate>;
  /** By the stack's last word: `Data`, `Soc`, `Member`. */
  named(word: string): CloudFormationTemplate;
}

export async function deploymentOf(input: ConfigInput = {}, more: Partial<Deployment> = {}): Promise<Deployment> {
  const stages = PIPELINE.map(({ id }) => id);
  const sources = more.sources ?? SOURCES;
  return {
    config: parseConfig(input, { sources: sources.map(({ id }) => id), stages, connectors: CONNECTORS }),
    bundles: stages.map(standIn),
    sources,
    playbooks: await readPlaybooks(ROOT),
    permissions: permissionsOf(),
    coverage: await coverage(),
    ...more,
  };
}

let shown: Promise<ShownCoverage> | undefined;
function coverage(): Promise<ShownCoverage> {
  shown ??= readDetections(ROOT).then(({ rules }) => shownCoverage(rules, SOURCES));
  return shown;
}

/** What a bundle is to the templates: a folder and a handler's name. */
function standIn(stage: string): Bundle {
  const dir = join(tmpdir(), 'yagura-stand-in', stage);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, `${stage}.mjs`), 'export const handler = () => undefined;\n');
  return { stage, dir, sizeBytes: 40, handler: `${stage}.handler` };
}

/** Variants are not validated by CDK's own rules, which takes seconds; `validate` asks for it. */
export async function synthesize(
  input: ConfigInput = {},
  { validate = false, ...more }: Partial<Deployment> & { validate?: boolean } = {},
): Promise<Synthesized> {
  const outdir = mkdtempSync(join(tmpdir(), 'yagura-synth-'));
  process.env['CDK_VALIDATION'] = String(validate);
  const context = { '@aws-cdk/core:validateAgainstDefaultRules': validate };
  const assembly = buildApp(await deploymentOf(input, more), { outdir, context }).app.synth();
  const templates = new Map(assembly.stacks.map((stack) => [stack.stackName, readTemplate(stack.template)]));
  const named = (word: string): CloudFormationTemplate => {
    const found = [...templates].find(([name]) => name.endsWith(word));
    if (found === undefined) throw new Error(`no stack ${word}`);
    return found[1];
  };
  return { outdir, templates, named };
}
