import {
  commandWiring,
  evidenceWiring,
  hostWiring,
  killSwitchWiring,
  parkingWiring,
} from '../core/adapters/aws/step-wiring';
import { readConfig } from '../core/config';
import { makeAnalyseMemory } from './analyse-memory';
import { entry } from './entry';
import { pause } from './pause';
import { PARKING_STEP_INPUT } from './task-input';

const ports = {
  ...parkingWiring(process.env),
  ...evidenceWiring(process.env),
  ...hostWiring(process.env),
  ...killSwitchWiring(process.env),
  ...commandWiring(process.env),
  pause,
  toolsBucket: readConfig(process.env, 'TOOLS_BUCKET').TOOLS_BUCKET,
};

export const handler = entry('analyse-memory', PARKING_STEP_INPUT, makeAnalyseMemory(ports));
