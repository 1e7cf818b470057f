import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PIPELINE } from '../../functions/pipeline.ts';
import { docsCommand } from '../../local/commands/docs.ts';
import { ROOT } from '../../local/content.ts';
import { pipelineSvg } from '../../local/draw.ts';

describe('the generated pages', () => {
  it('are those that the sources give now', async () => {
    expect(await docsCommand({ check: true })).toBe(0);
  });

  it('draw every stage and every event of the pipeline', () => {
    const svg = pipelineSvg(PIPELINE);
    for (const { id } of PIPELINE) expect(svg).toContain(`>${id}</text>`);
    for (const name of PIPELINE.flatMap(({ consumes }) => [...consumes])) expect(svg).toContain(name);
  });

  it('are linked from the README, whose pictures exist', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    for (const [, path = ''] of readme.matchAll(/\]\(((?!http)[^)#]+)\)/g))
      expect(() => readFileSync(join(ROOT, path)), path).not.toThrow(/ENOENT/);
  });
});
