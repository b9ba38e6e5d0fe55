import { evidenceWiring, parkingWiring } from '../core/adapters/aws/step-wiring';
import { makeAskSymbols } from './ask-symbols';
import { entry } from './entry';
import { PARKING_STEP_INPUT } from './task-input';

const ports = { ...parkingWiring(process.env), ...evidenceWiring(process.env) };

export const handler = entry('ask-symbols', PARKING_STEP_INPUT, makeAskSymbols(ports));
