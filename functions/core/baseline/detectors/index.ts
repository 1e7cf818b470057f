/** Every detector that a baseline may name. */
import type { Detector } from '../detector.ts';
import { beacon } from './beacon.ts';
import { changePoint } from './change-point.ts';
import { dga } from './dga.ts';
import { drift } from './drift.ts';
import { exfiltration } from './exfiltration.ts';
import { firstPlace } from './first-place.ts';
import { firstSeen } from './first-seen.ts';
import { peers } from './peers.ts';
import { rarity } from './rarity.ts';
import { spray } from './spray.ts';
import { travel } from './travel.ts';
import { tunnel } from './tunnel.ts';
import { volume } from './volume.ts';

export const DETECTORS: readonly Detector[] = [
  volume,
  rarity,
  firstSeen,
  firstPlace,
  peers,
  drift,
  travel,
  spray,
  beacon,
  dga,
  tunnel,
  exfiltration,
  changePoint,
];

export const detectorById = (id: string): Detector | undefined => DETECTORS.find((detector) => detector.id === id);
