#!/usr/bin/env node
// Refuses a Node that cannot run TypeScript as it stands, in words, before anything else is loaded; then hands over to the command line.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `yagura: Node ${process.versions.node} is too old (allowed: 22.18 or newer). Fix: run it through npm (npm start, npm run yagura), which brings Node 24; if it did, run npm ci again without --omit=optional, or install Node 24.`,
  );
  process.exit(2);
}
// Compiled once, so that later starts are quicker. Beside the code, not in the folder for temporary files: whoever can write there could have theirs run.
const { enableCompileCache } = await import('node:module');
const { fileURLToPath } = await import('node:url');
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/yagura', import.meta.url)));
await import('./cli.ts');
