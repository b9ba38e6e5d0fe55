import { evidenceWiring, killSwitchWiring, stepWiring, trafficWiring } from '../core/adapters/aws/step-wiring';
import { makeDetachFromService } from './detach-from-service';
import { entry } from './entry';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...trafficWiring(process.env),
  ...killSwitchWiring(process.env),
};

export const handler = entry('detach-from-service', STEP_INPUT, makeDetachFromService(ports));
