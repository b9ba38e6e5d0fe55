import {
  commandWiring,
  evidenceWiring,
  killSwitchWiring,
  parkingWiring,
  powerWiring,
  uploadWiring,
} from '../core/adapters/aws/step-wiring';
import { readConfig } from '../core/config';
import { makeCaptureMemory } from './capture-memory';
import { entry } from './entry';
import { PARKING_STEP_INPUT } from './task-input';

const config = readConfig(process.env, 'DOCUMENT_CAPTURE_MEMORY', 'DOCUMENT_CAPTURE_MEMORY_WINDOWS');
const ports = {
  ...parkingWiring(process.env),
  ...evidenceWiring(process.env),
  ...uploadWiring(process.env),
  ...commandWiring(process.env),
  ...powerWiring(process.env),
  ...killSwitchWiring(process.env),
  documents: { linux: config.DOCUMENT_CAPTURE_MEMORY, windows: config.DOCUMENT_CAPTURE_MEMORY_WINDOWS },
};

export const handler = entry('capture-memory', PARKING_STEP_INPUT, makeCaptureMemory(ports));
