import {
  evidenceWiring,
  killSwitchWiring,
  powerWiring,
  protectionWiring,
  stepWiring,
} from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { makeProtectInstance } from './protect-instance';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...protectionWiring(process.env),
  ...powerWiring(process.env),
  ...killSwitchWiring(process.env),
};

export const handler = entry('protect-instance', STEP_INPUT, makeProtectInstance(ports));
