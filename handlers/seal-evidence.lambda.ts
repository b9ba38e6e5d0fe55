import { evidenceWiring, signerWiring, stepWiring } from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { makeSealEvidence } from './seal-evidence';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...signerWiring(process.env),
};

export const handler = entry('seal-evidence', STEP_INPUT, makeSealEvidence(ports));
