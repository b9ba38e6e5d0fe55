import { commandWiring, evidenceWiring, powerWiring, stepWiring } from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { makeKeepVolatile } from './keep-volatile';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...commandWiring(process.env),
  ...powerWiring(process.env),
};

export const handler = entry('keep-volatile', STEP_INPUT, makeKeepVolatile(ports));
