/** `yagura case export`: the copy that a recipient may have, recorded in the case with its hash. */
import { writeFile } from 'node:fs/promises';
import { exportCase } from '../../functions/core/case/export.ts';
import { exportText } from '../../functions/core/case/export-text.ts';
import type { Tlp, Use } from '../../functions/core/case/marking.ts';
import { refusalError } from '../../functions/core/case/outcome.ts';
import type { CasePolicy } from '../../functions/core/case/policy.ts';
import { sha256 } from '../../functions/core/digest.ts';
import { nearest, YaguraError } from '../../functions/core/error.ts';
import { readIncident } from '../../functions/core/incident-store.ts';
import { caseEvents } from '../../functions/ports/case-store.ts';
import { type AnalystOptions, atDesk } from '../analyst.ts';
import { EXIT, note, write } from './io.ts';

export interface ExportOptions extends AnalystOptions {
  for: string;
  clearance?: Tlp;
  use: Use;
  format: 'json' | 'md';
  out?: string;
}

export const exportCommand = (text: string, options: ExportOptions): Promise<number> =>
  atDesk(options, async (desk) => {
    const clearance = clearanceOf(options, desk.policy);
    const state = await desk.read(text);
    const { table, clock } = desk.state;
    const ids = [state.incidentId, ...state.absorbed.map(({ caseId }) => caseId)];
    const incidents = (await Promise.all(ids.map((id) => readIncident(table, id)))).flatMap((one) => one ?? []);
    const events = await caseEvents(table, state.incidentId);
    const { use, for: recipient } = options;
    const result = exportCase({ state, events, incidents, recipient, clearance, use, policy: desk.policy, atMs: clock.nowMs() });
    if (!result.ok) throw refusalError(result.refusal, options.locale);
    const copy =
      options.format === 'json' ? `${JSON.stringify(result.document, null, 2)}\n` : exportText(result.document, options.locale);
    // Recorded before it leaves: a copy that nobody knows of must not exist.
    const { redactedCount } = result;
    const { incidentId } = state;
    await desk.change(incidentId, {
      op: 'record_export',
      recipient,
      clearance,
      format: options.format,
      redactedCount,
      sha256: sha256(copy),
    });
    if (options.out === undefined) await write(copy);
    else await writeFile(options.out, copy, { flag: 'wx' }).catch((error: unknown) => cannotWrite(options.out ?? '', error));
    note(
      `TLP:${state.tlp} for ${recipient} (cleared up to TLP:${clearance}): ${redactedCount} redacted, SHA-256 ${sha256(copy)}`,
    );
    return EXIT.ok;
  });

/** What the configuration says of the recipient; a clearance on the command line can only be lower. */
function clearanceOf({ for: recipient, clearance }: ExportOptions, { recipients }: CasePolicy): Tlp {
  const known = recipients[recipient]?.clearance;
  if (known === undefined) {
    const names = Object.keys(recipients);
    const near = nearest(recipient, names);
    if (clearance === 'CLEAR' || clearance === 'GREEN') return clearance;
    throw new YaguraError('Refused', `nobody has said how far ${recipient} is cleared`, {
      problems: [
        {
          at: 'soc.config.ts cases.recipients',
          what: recipient,
          allowed: names.join(', ') || 'no recipients are declared; without that only --clearance CLEAR or GREEN',
          fix: near === undefined ? 'declare the recipient with its clearance' : `did you mean "${near}"?`,
        },
      ],
    });
  }
  return clearance !== undefined && TLP_RANK[clearance] < TLP_RANK[known] ? clearance : known;
}
const TLP_RANK: Readonly<Record<Tlp, number>> = { CLEAR: 0, GREEN: 1, AMBER: 2, 'AMBER+STRICT': 3, RED: 4 };

function cannotWrite(file: string, error: unknown): never {
  throw new YaguraError('BadInput', 'the copy cannot be written', {
    problems: [
      { at: file, what: error instanceof Error ? error.message : String(error), fix: 'name a file that is not there yet' },
    ],
  });
}
