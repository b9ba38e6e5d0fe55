import {
  bucketsWiring,
  evidenceWiring,
  isolationWiring,
  killSwitchWiring,
  powerWiring,
  stepWiring,
} from '../core/adapters/aws/step-wiring';
import { bundledRulebook } from '../core/policy/bundled';
import { entry } from './entry';
import { makeIsolateInstance } from './isolate-instance';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...isolationWiring(process.env),
  ...killSwitchWiring(process.env),
  ...bucketsWiring(process.env),
  ...powerWiring(process.env),
  protectedRule: bundledRulebook().policy.protected,
};

export const handler = entry('isolate-instance', STEP_INPUT, makeIsolateInstance(ports));
