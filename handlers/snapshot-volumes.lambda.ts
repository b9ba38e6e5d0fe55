import {
  evidenceWiring,
  killSwitchWiring,
  parkingWiring,
  powerWiring,
  snapshotWiring,
} from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { makeSnapshotVolumes } from './snapshot-volumes';
import { PARKING_STEP_INPUT } from './task-input';

const ports = {
  ...parkingWiring(process.env),
  ...evidenceWiring(process.env),
  ...snapshotWiring(process.env),
  ...powerWiring(process.env),
  ...killSwitchWiring(process.env),
};

export const handler = entry('snapshot-volumes', PARKING_STEP_INPUT, makeSnapshotVolumes(ports));
