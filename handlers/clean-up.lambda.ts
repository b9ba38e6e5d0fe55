import {
  evidenceWiring,
  hostWiring,
  isolationWiring,
  stepWiring,
  uploadWiring,
} from '../core/adapters/aws/step-wiring';
import { makeCleanUp } from './clean-up';
import { entry } from './entry';
import { pause } from './pause';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...hostWiring(process.env),
  ...evidenceWiring(process.env),
  ...uploadWiring(process.env),
  ...isolationWiring(process.env),
  pause,
};

export const handler = entry('clean-up', STEP_INPUT, makeCleanUp(ports));
