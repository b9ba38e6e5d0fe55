import {
  bucketsWiring,
  evidenceWiring,
  isolationWiring,
  killSwitchWiring,
  stepWiring,
} from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { makeIsolateInstance } from './isolate-instance';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...isolationWiring(process.env),
  ...killSwitchWiring(process.env),
  ...bucketsWiring(process.env),
};

export const handler = entry('isolate-instance', STEP_INPUT, makeIsolateInstance(ports));
