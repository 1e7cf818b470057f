/** Refuses a Node that cannot run Yagura before anything else is loaded; imported first. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `yagura: Node ${process.versions.node} is too old (allowed: 22.18 or newer). Fix: use the commands through npm (npm start, npm run yagura), which bring Node 24, after \`npm ci\` without --omit=optional.`,
  );
  process.exit(2);
}

export {};
