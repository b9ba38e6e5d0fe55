import { evidenceWiring, snapshotWiring, stepWiring } from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { STEP_INPUT } from './task-input';
import { makeVerifySnapshots } from './verify-snapshots';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...snapshotWiring(process.env),
};

export const handler = entry('verify-snapshots', STEP_INPUT, makeVerifySnapshots(ports));
