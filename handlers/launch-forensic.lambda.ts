import { evidenceWiring, hostWiring, killSwitchWiring, parkingWiring } from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { makeLaunchForensic } from './launch-forensic';
import { PARKING_STEP_INPUT } from './task-input';

const ports = {
  ...parkingWiring(process.env),
  ...evidenceWiring(process.env),
  ...hostWiring(process.env),
  ...killSwitchWiring(process.env),
};

export const handler = entry('launch-forensic', PARKING_STEP_INPUT, makeLaunchForensic(ports));
