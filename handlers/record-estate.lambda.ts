import {
  bucketsWiring,
  estateWiring,
  evidenceWiring,
  isolationWiring,
  stepWiring,
} from '../core/adapters/aws/step-wiring';
import { bundledRulebook } from '../core/policy/bundled';
import { entry } from './entry';
import { makeRecordEstate } from './record-estate';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...estateWiring(process.env),
  ...isolationWiring(process.env),
  ...evidenceWiring(process.env),
  ...bucketsWiring(process.env),
  protectedRule: bundledRulebook().policy.protected,
};

export const handler = entry('record-estate', STEP_INPUT, makeRecordEstate(ports));
