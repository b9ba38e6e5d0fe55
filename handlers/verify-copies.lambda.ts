import { snapshotWiring, stepWiring } from '../core/adapters/aws/step-wiring';
import { readConfig } from '../core/config';
import { entry } from './entry';
import { STEP_INPUT } from './task-input';
import { makeVerifyCopies } from './verify-copies';

const ports = {
  ...stepWiring(process.env),
  ...snapshotWiring(process.env),
  homeAccount: readConfig(process.env, 'HOME_ACCOUNT').HOME_ACCOUNT,
};

export const handler = entry('verify-copies', STEP_INPUT, makeVerifyCopies(ports));
