import { blockWiring, evidenceWiring, stepWiring } from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { makeHashBlocks } from './hash-blocks';
import { CHUNK_INPUT } from './task-input';

const ports = { ...stepWiring(process.env), ...evidenceWiring(process.env), ...blockWiring(process.env) };

export const handler = entry('hash-blocks', CHUNK_INPUT, makeHashBlocks(ports));
