// `npm run fuzz -- [count] [seed]`: damaged inputs by the million. Exit code 1 and the batches' numbers where something gives way.
import { runCampaign } from './campaign.ts';

const [count = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
if (!Number.isSafeInteger(count) || !Number.isSafeInteger(seed)) {
  console.error('npm run fuzz -- [count] [seed]: two whole numbers');
  process.exit(2);
}
const startMs = performance.now();
const { faults, slowestBatchMs, ...counts } = await runCampaign({
  count,
  seed,
  onBatch: ({ inputs }) => {
    if (inputs % 25_000 === 0) console.error(`${inputs} of ${count}, ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
  },
});
console.log(JSON.stringify({ seed, ...counts, slowestBatchMs: Math.round(slowestBatchMs), faults }, undefined, 2));
process.exitCode = faults.length === 0 ? 0 : 1;
