import { commandWiring, evidenceWiring, hostWiring, stepWiring } from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { DISK_ANALYSIS, makeKeepResults } from './keep-results';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...hostWiring(process.env),
  ...commandWiring(process.env),
};

export const handler = entry('keep-disk-results', STEP_INPUT, makeKeepResults(ports, DISK_ANALYSIS));
