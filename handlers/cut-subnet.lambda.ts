import { aclWiring, evidenceWiring, killSwitchWiring, stepWiring } from '../core/adapters/aws/step-wiring';
import { makeCutSubnet } from './cut-subnet';
import { entry } from './entry';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...aclWiring(process.env),
  ...killSwitchWiring(process.env),
};

export const handler = entry('cut-subnet', STEP_INPUT, makeCutSubnet(ports));
