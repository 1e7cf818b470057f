import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseSuppression } from '../../functions/core/suppression/file.ts';

test('the example of the documentation is a suppression', () => {
  const page = readFileSync(new URL('../../docs/suppressions.md', import.meta.url), 'utf8');
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const { suppression, problems } = parseSuppression(example, 'suppressions/nightly-backup.yml');
  expect(problems).toEqual([]);
  expect(suppression).toMatchObject({ id: 'nightly-backup', readsEvent: true });
});
