import {
  commandWiring,
  evidenceWiring,
  killSwitchWiring,
  parkingWiring,
  powerWiring,
  presignWiring,
} from '../core/adapters/aws/step-wiring';
import { makeCaptureVolatile } from './capture-volatile';
import { entry } from './entry';
import { PARKING_STEP_INPUT } from './task-input';

const ports = {
  ...parkingWiring(process.env),
  ...evidenceWiring(process.env),
  ...presignWiring(process.env),
  ...commandWiring(process.env),
  ...powerWiring(process.env),
  ...killSwitchWiring(process.env),
};

export const handler = entry('capture-volatile', PARKING_STEP_INPUT, makeCaptureVolatile(ports));
