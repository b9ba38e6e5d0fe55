import { evidenceWiring, stepWiring } from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { makeKeepBlockHash } from './keep-block-hash';
import { STEP_INPUT } from './task-input';

const ports = { ...stepWiring(process.env), ...evidenceWiring(process.env) };

export const handler = entry('keep-block-hash', STEP_INPUT, makeKeepBlockHash(ports));
