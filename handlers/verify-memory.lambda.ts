import { commandWiring, evidenceWiring, powerWiring, stepWiring, uploadWiring } from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { STEP_INPUT } from './task-input';
import { makeVerifyMemory } from './verify-memory';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...uploadWiring(process.env),
  ...commandWiring(process.env),
  ...powerWiring(process.env),
};

export const handler = entry('verify-memory', STEP_INPUT, makeVerifyMemory(ports));
