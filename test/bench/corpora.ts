// What the ingest bench reads: CloudTrail of the story, and Okta and VPC flow logs varied by a seed in the shapes of their samples.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Random, randomOf } from '../../local/story/random.ts';
import { buildStory } from '../../local/story/story.ts';

export interface BenchFile {
  key: string;
  bytes: Uint8Array;
}

export interface Corpus {
  name: string;
  files: readonly BenchFile[];
  /** What any reader must do at the least, in words. */
  floorIs: string;
  /** The same, done to one file. */
  floor(bytes: Uint8Array): void;
}

const parsedWhole = (bytes: Uint8Array): void => void JSON.parse(gunzipSync(bytes).toString('utf8'));
const parsedByLine = (bytes: Uint8Array): void => {
  for (const line of gunzipSync(bytes).toString('utf8').split('\n')) if (line !== '') JSON.parse(line);
};
const splitByLine = (bytes: Uint8Array): void => {
  for (const line of gunzipSync(bytes).toString('utf8').split('\n')) line.split(' ');
};

export const SEEDS = [1, 2, 3];
const START_SEC = Date.UTC(2026, 2, 2) / 1000;

const cloudtrail = (): Corpus => ({
  name: 'CloudTrail',
  files: SEEDS.flatMap((seed) =>
    buildStory({ seed, startMs: START_SEC * 1000 }).files.map((file) => ({ ...file, key: `${seed}/${file.key}` })),
  ).filter(({ key }) => key.includes('/CloudTrail/')),
  floorIs: 'gunzip + JSON.parse',
  floor: parsedWhole,
});

/** Twenty objects of lines, each line made anew. */
const filesOf = (key: (n: number) => string, header: string, line: (random: Random, n: number) => string): BenchFile[] =>
  Array.from({ length: 20 }, (_, file) => {
    const random = randomOf(file + 1);
    const lines = Array.from({ length: 1500 }, (__, n) => line(random, file * 1500 + n));
    return { key: key(file), bytes: gzipSync(`${[...(header === '' ? [] : [header]), ...lines].join('\n')}\n`) };
  });

const OKTA_SAMPLES = join(import.meta.dirname, '../../functions/sources/okta/samples');

/** What people do all day; the other samples are what detections look for. */
const ORDINARY_EVENTS = /^(user\.(session\.(start|end)|authentication\.)|app\.oauth2\.token\.grant)/;
const SPECIAL_RATIO = 0.005;

function okta(): Corpus {
  const records = readdirSync(OKTA_SAMPLES)
    .filter((name) => name.endsWith('.json') && !name.endsWith('.ocsf.json'))
    .map((name): { eventType: string; outcome?: { result?: string } } =>
      JSON.parse(readFileSync(join(OKTA_SAMPLES, name), 'utf8')),
    );
  const isOrdinary = ({ eventType, outcome }: (typeof records)[number]): boolean =>
    ORDINARY_EVENTS.test(eventType) && outcome?.result === 'SUCCESS';
  const ordinary = records.filter(isOrdinary).map((record) => JSON.stringify(record));
  const special = records.filter((record) => !isOrdinary(record)).map((record) => JSON.stringify(record));
  const sample = (random: Random): string => {
    const samples = random.chance(SPECIAL_RATIO) ? special : ordinary;
    return samples[random.int(0, samples.length - 1)] ?? '';
  };
  const line = (random: Random, n: number): string =>
    sample(random)
      .replace(/"uuid":"[^"]*"/, `"uuid":"2a992f80-d1ad-4f62-900e-${String(n).padStart(12, '0')}"`)
      .replace(/aoi\.kato/g, `user${random.int(0, 300 - 1)}`)
      .replace(/"ipAddress":"[^"]*"/, `"ipAddress":"203.0.113.${random.int(0, 256 - 1)}"`);
  return {
    name: 'Okta',
    files: filesOf((n) => `collect/okta/2026/03/02/${n}.jsonl.gz`, '', line),
    floorIs: 'gunzip + JSON.parse of each line',
    floor: parsedByLine,
  };
}

function vpcFlow(): Corpus {
  const port = (random: Random): number => 1024 + random.int(0, 60_000 - 1);
  const line = (random: Random, n: number): string => {
    const start = START_SEC + (n % 3600);
    const [own, other] = [`10.0.${random.int(0, 4 - 1)}.${random.int(0, 256 - 1)}`, `198.51.100.${random.int(0, 256 - 1)}`];
    const packets = 1 + random.int(0, 200 - 1);
    return `2 111122223333 eni-0a1b2c3d4e5f${String(n % 50).padStart(5, '0')} ${own} ${other} ${port(random)} 443 6 ${packets} ${packets * 640} ${start} ${start + 60} ${random.chance(0.9) ? 'ACCEPT' : 'REJECT'} OK`;
  };
  const header =
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
  return {
    name: 'VPC Flow',
    files: filesOf(
      (n) => `AWSLogs/111122223333/vpcflowlogs/ap-northeast-1/2026/03/02/111122223333_vpcflowlogs_${n}.log.gz`,
      header,
      line,
    ),
    floorIs: 'gunzip + split of each line',
    floor: splitByLine,
  };
}

export const CORPORA: readonly (() => Corpus)[] = [cloudtrail, okta, vpcFlow];
