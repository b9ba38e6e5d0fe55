import { commandWiring, evidenceWiring, hostWiring, stepWiring } from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { makeKeepMemoryResults } from './keep-memory-results';
import { MEMORY_RESULTS_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...hostWiring(process.env),
  ...commandWiring(process.env),
};

export const handler = entry('keep-memory-results', MEMORY_RESULTS_INPUT, makeKeepMemoryResults(ports));
