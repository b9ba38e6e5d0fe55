import { evidenceWiring, hostWiring, killSwitchWiring, parkingWiring } from '../core/adapters/aws/step-wiring';
import { makeAttachEvidence } from './attach-evidence';
import { entry } from './entry';
import { pause } from './pause';
import { PARKING_STEP_INPUT } from './task-input';

const ports = {
  ...parkingWiring(process.env),
  ...evidenceWiring(process.env),
  ...hostWiring(process.env),
  ...killSwitchWiring(process.env),
  pause,
};

export const handler = entry('attach-evidence', PARKING_STEP_INPUT, makeAttachEvidence(ports));
