import { commandWiring, evidenceWiring, hostWiring, parkingWiring } from '../core/adapters/aws/step-wiring';
import { readConfig } from '../core/config';
import { makeAnalyseDisk } from './analyse-disk';
import { entry } from './entry';
import { PARKING_STEP_INPUT } from './task-input';

const ports = {
  ...parkingWiring(process.env),
  ...evidenceWiring(process.env),
  ...hostWiring(process.env),
  ...commandWiring(process.env),
  document: readConfig(process.env, 'DOCUMENT_ANALYSE_DISK').DOCUMENT_ANALYSE_DISK,
};

export const handler = entry('analyse-disk', PARKING_STEP_INPUT, makeAnalyseDisk(ports));
