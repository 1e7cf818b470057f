/** D3FEND techniques by their ids, with name and tactic, as actions bear them. */
import { COUNTERMEASURES } from '../../core/attack/d3fend.ts';
import { YaguraError } from '../../core/error.ts';
import type { Countermeasure } from './action.ts';

/** @see https://d3fend.mitre.org/ (ontology 1.2.0) */
const TACTICS: Readonly<Record<Countermeasure['tactic'], readonly string[]>> = {
  Harden: ['D3-MFA', 'D3-SU', 'D3-DTP', 'D3-UAP'],
  Detect: [],
  Isolate: ['D3-APA', 'D3-CNE', 'D3-DNSDL', 'D3-EF', 'D3-EI', 'D3-ITF', 'D3-NI', 'D3-NRAM', 'D3-OTF', 'D3-RFAM'],
  Deceive: [],
  Evict: ['D3-AL', 'D3-ANCI', 'D3-CE', 'D3-CR', 'D3-CRO', 'D3-ER', 'D3-HS', 'D3-PT', 'D3-ST'],
  Restore: ['D3-RA', 'D3-RC', 'D3-RD', 'D3-RDI', 'D3-RE', 'D3-RF', 'D3-RNA', 'D3-RUAA', 'D3-ULA'],
};
const TACTIC_NAMES = ['Harden', 'Detect', 'Isolate', 'Deceive', 'Evict', 'Restore'] as const;

/** @throws YaguraError Bug for an id that is not in the list: an action without its countermeasure does not exist */
export function countermeasure(id: string): Countermeasure {
  const tactic = TACTIC_NAMES.find((candidate) => TACTICS[candidate].includes(id));
  const name = COUNTERMEASURES[id];
  if (tactic === undefined || name === undefined) throw new YaguraError('Bug', `no D3FEND technique ${id} is known`);
  return { id, name, tactic };
}
