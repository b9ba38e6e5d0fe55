import {
  commandWiring,
  evidenceWiring,
  killSwitchWiring,
  parkingWiring,
  powerWiring,
  presignWiring,
  uploadWiring,
} from '../core/adapters/aws/step-wiring';
import { makeCaptureMemory } from './capture-memory';
import { entry } from './entry';
import { PARKING_STEP_INPUT } from './task-input';

const ports = {
  ...parkingWiring(process.env),
  ...evidenceWiring(process.env),
  ...uploadWiring(process.env),
  ...presignWiring(process.env),
  ...commandWiring(process.env),
  ...powerWiring(process.env),
  ...killSwitchWiring(process.env),
};

export const handler = entry('capture-memory', PARKING_STEP_INPUT, makeCaptureMemory(ports));
