/** Where readers learn how the lake is cut: one short list, replaced as a whole. */
import type { Commit } from '../core/lake/cut.ts';

export interface LakeCuts {
  /** Oldest first; empty where nothing was ever compacted. @throws YaguraError Unavailable, Throttled */
  read(): Promise<readonly Commit[]>;
  /** Readers see either the list before or this one. One writer at a time. @throws YaguraError Unavailable, Throttled, Refused */
  publish(commits: readonly Commit[]): Promise<void>;
}
