import { evidenceWiring, signerWiring, stepWiring } from '../core/adapters/aws/step-wiring';
import { makeCloseIncident } from './close-incident';
import { entry } from './entry';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...signerWiring(process.env),
};

export const handler = entry('close-incident', STEP_INPUT, makeCloseIncident(ports));
