import { killSwitchWiring, parkingWiring, snapshotWiring } from '../core/adapters/aws/step-wiring';
import { readConfig } from '../core/config';
import { makeCopySnapshots } from './copy-snapshots';
import { entry } from './entry';
import { PARKING_STEP_INPUT } from './task-input';

const ports = {
  ...parkingWiring(process.env),
  ...snapshotWiring(process.env),
  ...killSwitchWiring(process.env),
  evidenceKey: readConfig(process.env, 'EVIDENCE_KEY_ARN').EVIDENCE_KEY_ARN,
};

export const handler = entry('copy-snapshots', PARKING_STEP_INPUT, makeCopySnapshots(ports));
