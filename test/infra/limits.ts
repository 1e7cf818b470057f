// What the templates may grow to: the limits that the design sets, below those that CloudFormation has.
import { expect } from 'vitest';
import type { Synthesized } from './deployments.ts';

/** Resources of all stacks besides playbooks, and of each playbook. */
const RESOURCES = 300;
const PER_PLAYBOOK = 4;
/** @see CloudFormation User Guide, "Quotas": resources of a template, size of a template in S3 */
const TEMPLATE_RESOURCES = 500;
const TEMPLATE_BYTES = 1_000_000;

export function expectSmall({ templates }: Synthesized, playbooks: number): void {
  const counts = [...templates.values()].map(({ resources }) => resources.length);
  const all = counts.reduce((sum, count) => sum + count, 0);
  expect(all).toBeLessThanOrEqual(RESOURCES + PER_PLAYBOOK * playbooks);
  expect(Math.max(...counts)).toBeLessThanOrEqual(TEMPLATE_RESOURCES);
  for (const { text } of templates.values()) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(TEMPLATE_BYTES);
}
