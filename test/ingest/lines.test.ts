/** Text logs: lines of any source that reads them, with or without headers, alone or in JSON envelopes; what nobody reads is quarantined. */
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineOffer, LineSplitter } from '../../functions/ingest/lines.ts';
import { ingest } from '../../functions/ingest/stage.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { benign } from '../local/cloudtrail-records.ts';
import { arrive, content, lines, world } from './world.ts';

const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const flow = (n: number): string =>
  `2 111122223333 eni-0a1b2c3d 10.0.1.${n} 198.51.100.20 44321 443 6 112 98213 17410788${String(n).padStart(2, '0')} 1741078899 ACCEPT OK`;

describe('text', () => {
  it('is read line by line; headers are counted, lines that nobody reads are quarantined with their bytes', async () => {
    const { ports, stores } = world({
      'flows.log.gz': gzipSync([HEADER, flow(1), flow(2), 'what is this?', '', flow(3)].join('\r\n')),
    });
    const report = await ingest(arrive('flows.log.gz'), ports, content);
    expect(report).toMatchObject({
      ...{ in: 5, out: 3, quarantined: 1, dropped: 1 },
      bySource: { 'aws-vpc-flow': 3 },
      droppedByReason: { header_line: 1 },
      quarantinedByReason: { unknown_line: 1 },
    });
    const [key = ''] = stores.raw.keys();
    expect(lines(stores.raw.bytes(key)).map((line) => JSON.parse(line).srcaddr)).toEqual(['10.0.1.1', '10.0.1.2', '10.0.1.3']);
    const [reject = ''] = stores.quarantine.keys();
    expect(lines(stores.quarantine.bytes(reject)).map((line) => JSON.parse(line))).toMatchObject([
      { raw: 'what is this?', record: 4 },
    ]);
  });

  it('may lie among JSON lines', async () => {
    const { ports } = world({ 'mixed.log': [JSON.stringify(benign(1)), flow(1), JSON.stringify(benign(2))].join('\n') });
    const report = await ingest(arrive('mixed.log'), ports, content);
    expect(report).toMatchObject({ in: 3, out: 3, bySource: { 'aws-cloudtrail': 2, 'aws-vpc-flow': 1 } });
  });

  it('is read inside a subscription of CloudWatch Logs', async () => {
    const message = { messageType: 'DATA_MESSAGE', owner: '111122223333', logGroup: 'flows', logStream: 'eni-0a1b2c3d-all' };
    const logEvents = [flow(1), flow(2), 'noise'].map((text, id) => ({
      id: String(id),
      timestamp: 1_741_078_800_000,
      message: text,
    }));
    const { ports } = world({ 'cw.gz': gzipSync(JSON.stringify({ ...message, logEvents })) });
    const report = await ingest(arrive('cw.gz'), ports, content);
    expect(report).toMatchObject({ in: 3, out: 2, quarantined: 1, quarantinedByReason: { unknown_line: 1 } });
  });

  it('of which no line is known is one reject, not one a line', async () => {
    const { ports } = world({ 'poem.txt': 'roses are red\n'.repeat(5000), 'zip.zip': Buffer.from('504b030400', 'hex') });
    const report = await ingest(arrive('poem.txt', 'zip.zip'), ports, content);
    expect(report).toMatchObject({ in: 2, quarantined: 2, quarantinedByReason: { unknown_format: 2 } });
  });
});

describe('the splitter', () => {
  it('gives the same lines however the bytes are cut', () =>
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-c櫓 ]{0,6}$/), { maxLength: 8 }),
        fc.integer({ min: 1, max: 7 }),
        (texts, size) => {
          const bytes = Buffer.from(texts.join('\n'));
          const splitter = new LineSplitter();
          const found: string[] = [];
          for (let at = 0; at < bytes.length; at += size)
            for (const line of splitter.push(bytes.subarray(at, at + size))) found.push(Buffer.from(line.bytes).toString());
          for (const line of splitter.finish()) found.push(Buffer.from(line.bytes).toString());
          expect(found).toEqual(texts.filter((text) => text.trim() !== ''));
        },
      ),
    ));

  it('keeps a line without end in bounds', () => {
    const splitter = new LineSplitter();
    const piece = Buffer.alloc(1024 * 1024, 'x');
    for (let i = 0; i < 20; i++) expect([...splitter.push(piece)]).toEqual([]);
    const [line] = [...splitter.finish()];
    expect([line?.sizeBytes, line?.bytes.length]).toEqual([20 * 1024 * 1024, 8 * 1024 * 1024]);
  });
});

it('lines that any device writes do not hide those of a product behind them', () => {
  const offer = new LineOffer(SOURCES, 'logs/messages');
  const read = [
    'Mar  4 09:20:05 web-1 cron[1]: started',
    'Mar  4 09:20:06 web-1 audispd: type=CWD msg=audit(1741080006.000:7): cwd="/root"',
    'Mar  4 09:20:07 web-1 cron[1]: ended',
  ].map((line) => offer.read(line));
  expect(read.map((one) => (typeof one === 'object' ? one.source.id : one))).toEqual(['syslog', 'linux-auditd', 'syslog']);
});
