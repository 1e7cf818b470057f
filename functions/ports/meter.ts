/** What the operators count: events in, out, quarantined, dropped; failures; durations. */
export interface Meter {
  /** Adds to counters. Names carry their unit (`IngestedEventCount`); dimensions have few values, never log text. */
  count(values: Readonly<Record<string, number>>, dimensions?: Readonly<Record<string, string>>): void;
}
