import {
  evidenceWiring,
  killSwitchWiring,
  powerWiring,
  stepWiring,
  trafficWiring,
} from '../core/adapters/aws/step-wiring';
import { bundledRulebook } from '../core/policy/bundled';
import { makeDetachFromService } from './detach-from-service';
import { entry } from './entry';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...trafficWiring(process.env),
  ...killSwitchWiring(process.env),
  ...powerWiring(process.env),
  protectedRule: bundledRulebook().policy.protected,
};

export const handler = entry('detach-from-service', STEP_INPUT, makeDetachFromService(ports));
