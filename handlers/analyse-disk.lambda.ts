import {
  commandWiring,
  evidenceWiring,
  hostWiring,
  killSwitchWiring,
  parkingWiring,
} from '../core/adapters/aws/step-wiring';
import { makeAnalyseDisk } from './analyse-disk';
import { entry } from './entry';
import { pause } from './pause';
import { PARKING_STEP_INPUT } from './task-input';

const ports = {
  ...parkingWiring(process.env),
  ...evidenceWiring(process.env),
  ...hostWiring(process.env),
  ...killSwitchWiring(process.env),
  ...commandWiring(process.env),
  pause,
};

export const handler = entry('analyse-disk', PARKING_STEP_INPUT, makeAnalyseDisk(ports));
