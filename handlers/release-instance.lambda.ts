import {
  aclWiring,
  estateWiring,
  evidenceWiring,
  isolationWiring,
  powerWiring,
  profileWiring,
  protectionWiring,
  sessionWiring,
  stepWiring,
  trafficWiring,
} from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { makeReleaseInstance } from './release-instance';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...estateWiring(process.env),
  ...isolationWiring(process.env),
  ...trafficWiring(process.env),
  ...protectionWiring(process.env),
  ...powerWiring(process.env),
  ...profileWiring(process.env),
  ...sessionWiring(process.env),
  ...aclWiring(process.env),
};

export const handler = entry('release-instance', STEP_INPUT, makeReleaseInstance(ports));
