/** TLP 2.0 and PAP: who may get a piece of information, and what may be done with it. */

/** From public to named persons only. @see FIRST, Traffic Light Protocol 2.0 */
export const TLPS = ['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'] as const;
export type Tlp = (typeof TLPS)[number];

/** From any use to none that the attacker could see. @see MISP taxonomy "PAP", Permissible Actions Protocol */
export const PAPS = ['CLEAR', 'GREEN', 'AMBER', 'RED'] as const;
export type Pap = (typeof PAPS)[number];

/** What a recipient wants to do: keep it on record, look it up in places that do not tell, act on it openly, anything. */
export const USES = ['record', 'passive', 'active', 'any'] as const;
export type Use = (typeof USES)[number];

/** The strictest PAP under which a use is still permitted. */
const PAP_OF_USE: Readonly<Record<Use, Pap>> = { record: 'RED', passive: 'AMBER', active: 'GREEN', any: 'CLEAR' };

/** True where information so marked may go to somebody cleared so far. */
export const mayRead = (clearance: Tlp, tlp: Tlp): boolean => TLPS.indexOf(tlp) <= TLPS.indexOf(clearance);

export const mayUse = (use: Use, pap: Pap): boolean => PAPS.indexOf(pap) <= PAPS.indexOf(PAP_OF_USE[use]);

export const stricterTlp = (a: Tlp, b: Tlp): Tlp => (mayRead(a, b) ? a : b);
export const looserTlp = (a: Tlp, b: Tlp): Tlp => (mayRead(a, b) ? b : a);
export const stricterPap = (a: Pap, b: Pap): Pap => (PAPS.indexOf(a) >= PAPS.indexOf(b) ? a : b);
