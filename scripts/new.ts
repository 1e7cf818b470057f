/** `npm run new source ID`: begins a thing that has a folder of its own. */
import { fileURLToPath } from 'node:url';
import { YaguraError } from '../functions/core/error.ts';
import { newSource } from './new-source.ts';

const [kind, id, ...rest] = process.argv.slice(2);
if (kind !== 'source' || id === undefined || rest.length > 0) {
  console.error('usage: npm run new source ID   (a-z, 0-9 and -: acme-desk). Fix: docs/add-a-source.md');
  process.exit(2);
}
try {
  const paths = newSource(fileURLToPath(new URL('..', import.meta.url)), id);
  console.log(`${paths.map((path) => `wrote ${path}`).join('\n')}\n\nNext: docs/add-a-source.md, "With code", from step 2`);
} catch (error) {
  if (!(error instanceof YaguraError)) throw error;
  console.error(error.message);
  process.exit(2);
}
