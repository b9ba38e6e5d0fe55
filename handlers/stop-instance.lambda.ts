import {
  claimsWiring,
  killSwitchWiring,
  powerWiring,
  protectionWiring,
  stepWiring,
} from '../core/adapters/aws/step-wiring';
import { bundledRulebook } from '../core/policy/bundled';
import { entry } from './entry';
import { pause } from './pause';
import { makeStopInstance } from './stop-instance';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...powerWiring(process.env),
  ...protectionWiring(process.env),
  ...claimsWiring(process.env),
  ...killSwitchWiring(process.env),
  protectedRule: bundledRulebook().policy.protected,
  pause,
};

export const handler = entry('stop-instance', STEP_INPUT, makeStopInstance(ports));
