/** Our facts and our validator against the compiled schema and a validator that is not ours. Skipped where they are not. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { validateEvent } from '../../../functions/core/ocsf/validate.ts';
import { changed, MUTATIONS } from './mutations.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SHARED = join(ROOT, '../shared/ocsf');
const SCHEMA = join(SHARED, 'schema-1.8.0.json');
const isThere = existsSync(SCHEMA) && existsSync(join(SHARED, 'validate.mjs'));
if (!isThere) console.warn('compiled OCSF schema absent: the generated facts are not compared with it');

/** The other one names the class itself so, and looks attributes up on the prototype too. */
const told = (issues: readonly { kind: string; path: string }[]): string[] =>
  issues.map(({ kind, path }) => `${kind} ${path === '(class)' ? '' : path}`).sort();

describe.skipIf(!isThere)('the compiled schema', () => {
  it('makes exactly the facts that are checked in', () => {
    const made = execFileSync(process.execPath, [join(ROOT, 'scripts/ocsf-facts.ts'), SCHEMA], {
      encoding: 'utf8',
      maxBuffer: 1e7,
    });
    expect(made).toBe(readFileSync(join(ROOT, 'functions/core/ocsf/facts.generated.ts'), 'utf8'));
  });

  it('agrees with our validator about every mutation', async () => {
    const { validatorFor } = await import(pathToFileURL(join(SHARED, 'validate.mjs')).href);
    const judge = validatorFor(SCHEMA);
    for (const [path, value] of MUTATIONS.filter(([key]) => key !== 'constructor')) {
      const event = JSON.parse(JSON.stringify(changed(path, value)));
      expect([path, value, told(validateEvent(event))]).toEqual([path, value, told(judge.validate(event).issues)]);
    }
  });
});
