import { commandWiring, evidenceWiring, hostWiring, parkingWiring } from '../core/adapters/aws/step-wiring';
import { readConfig } from '../core/config';
import { makeAnalyseMemory } from './analyse-memory';
import { entry } from './entry';
import { PARKING_STEP_INPUT } from './task-input';

const config = readConfig(process.env, 'DOCUMENT_ANALYSE_MEMORY', 'TOOLS_BUCKET');
const ports = {
  ...parkingWiring(process.env),
  ...evidenceWiring(process.env),
  ...hostWiring(process.env),
  ...commandWiring(process.env),
  document: config.DOCUMENT_ANALYSE_MEMORY,
  toolsBucket: config.TOOLS_BUCKET,
};

export const handler = entry('analyse-memory', PARKING_STEP_INPUT, makeAnalyseMemory(ports));
