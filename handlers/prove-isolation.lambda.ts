import { evidenceWiring, isolationWiring, stepWiring } from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { makeProveIsolation } from './prove-isolation';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...isolationWiring(process.env),
};

export const handler = entry('prove-isolation', STEP_INPUT, makeProveIsolation(ports));
