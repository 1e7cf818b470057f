/** Four quiet weeks and a day of attacks through every baseline: alerts and signals a day, time, bytes. `npm run bench:baselines [-- name…]` */
import { rmSync } from 'node:fs';
import { runBaseline } from '../../functions/core/baseline/run.ts';
import { createDuckdbQuery } from '../../local/adapters/duckdb-query.ts';
import { tableText } from '../../local/table-text.ts';
import { BENIGN_DAYS, BENIGN_FROM, GEO, LAST_DAY } from '../core/baseline/estate.ts';
import { attackOn, isAbout, wholeDay } from '../core/baseline/judged.ts';
import { baselines, weeksLake } from '../core/baseline/weeks-lake.ts';

const { lakeDir, events, bytes } = weeksLake(Array.from({ length: LAST_DAY + 1 }, (_, day) => day));
const query = createDuckdbQuery({ lakeDir });
const world = { geo: GEO };
const rows: (string | number)[][] = [];
let [alerts, signals, ms, scanned, found] = [0, 0, 0, 0, 0];
const wanted = process.argv.slice(2);
for (const baseline of baselines().filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const own = { alerts: 0, signals: 0, judged: 0, cold: 0, ms: 0, bytes: 0 };
  for (let day = BENIGN_FROM; day < BENIGN_FROM + BENIGN_DAYS; day++) {
    const startMs = performance.now();
    const run = await runBaseline(baseline, wholeDay(day), { query, world });
    own.ms += performance.now() - startMs;
    own.bytes += run.scannedBytes;
    own.judged += run.judged;
    own.cold += run.cold;
    own.signals += run.anomalies.filter(({ isSignal }) => isSignal === true).length;
    for (const anomaly of run.anomalies.filter(({ isSignal }) => isSignal !== true)) {
      own.alerts += 1;
      console.error(`${baseline.name} day ${day}: ${anomaly.says.en.slice(0, 300)}`);
    }
  }
  const { attack, stretch } = attackOn(baseline);
  const told = (await runBaseline(baseline, stretch, { query, world })).anomalies.some(
    (anomaly) => isAbout(anomaly, attack.subject) && anomaly.isSignal !== true,
  );
  rows.push([
    baseline.name,
    own.judged,
    own.cold,
    own.alerts,
    own.signals,
    told ? 'yes' : 'NO',
    Math.round(own.ms / BENIGN_DAYS),
    Math.round(own.bytes / BENIGN_DAYS / 1000),
  ]);
  [alerts, signals, ms, scanned, found] = [
    alerts + own.alerts,
    signals + own.signals,
    ms + own.ms,
    scanned + own.bytes,
    found + (told ? 1 : 0),
  ];
}
await query.close();
rmSync(lakeDir, { recursive: true });
console.log(
  tableText(['baseline', 'judged', 'too little history', 'alerts', 'signals', 'attack told', 'ms a day', 'kB a day'], rows),
);
console.log(
  `${events} events, ${(bytes / 1e6).toFixed(1)} MB of Parquet; ${BENIGN_DAYS} quiet days: ${alerts} alerts (${(alerts / BENIGN_DAYS).toFixed(2)} a day), ${(signals / BENIGN_DAYS).toFixed(1)} signals a day`,
);
console.log(
  `${found} of ${rows.length} attacks told; ${Math.round(ms / BENIGN_DAYS)} ms and ${Math.round(scanned / BENIGN_DAYS / 1000)} kB a day for all baselines`,
);
