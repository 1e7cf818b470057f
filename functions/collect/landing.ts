/** A page of a feed → the object in the landing bucket: gzip, one record a line exactly as the vendor wrote it. */
import { gzipSync } from 'node:zlib';
import type { ConnectorSettings } from '../core/collect-config.ts';
import { sha256 } from '../core/digest.ts';
import type { Open } from './state.ts';

export interface LandingObject {
  key: string;
  bytes: Uint8Array;
}

/**
 * `collect/<source>/<yyyy>/<mm>/<dd>/<connector name>-<feed>-<window>-p<page>-<digest>.jsonl.gz`. A page that is fetched again overwrites
 * itself; where it has other records by then it is another object, and what the first one held is not lost.
 */
export function landingObject(
  settings: Pick<ConnectorSettings, 'name' | 'connector'>,
  feedId: string,
  { open, part, lines }: { open: Open; part?: string; lines: readonly string[] },
): LandingObject {
  const text = `${lines.join('\n')}\n`;
  const day = new Date(open.toMs ?? open.atMs).toISOString().slice(0, 10).replaceAll('-', '/');
  const window = open.toMs === undefined ? secText(open.atMs) : `${secText(open.fromMs)}-${secText(open.toMs)}`;
  const page = `p${String(open.page + 1).padStart(5, '0')}${part === undefined ? '' : `-${sha256(part).slice(0, 12)}`}`;
  return {
    key: `collect/${settings.connector}/${day}/${settings.name}-${feedId}-${window}-${page}-${sha256(text).slice(0, 12)}.jsonl.gz`,
    bytes: gzipSync(text),
  };
}

/** `20260131T235959Z`. */
const secText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
