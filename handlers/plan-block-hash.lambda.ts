import { evidenceWiring, stepWiring } from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { makePlanBlockHash } from './plan-block-hash';
import { STEP_INPUT } from './task-input';

const ports = { ...stepWiring(process.env), ...evidenceWiring(process.env) };

export const handler = entry('plan-block-hash', STEP_INPUT, makePlanBlockHash(ports));
