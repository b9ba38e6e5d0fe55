import { consoleWiring, evidenceWiring, stepWiring } from '../core/adapters/aws/step-wiring';
import { makeCollectConsole } from './collect-console';
import { entry } from './entry';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...consoleWiring(process.env),
};

export const handler = entry('collect-console', STEP_INPUT, makeCollectConsole(ports));
