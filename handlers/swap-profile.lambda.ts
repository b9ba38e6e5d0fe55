import {
  evidenceWiring,
  killSwitchWiring,
  powerWiring,
  profileWiring,
  stepWiring,
} from '../core/adapters/aws/step-wiring';
import { readConfig } from '../core/config';
import { entry } from './entry';
import { makeSwapProfile } from './swap-profile';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...profileWiring(process.env),
  ...powerWiring(process.env),
  ...killSwitchWiring(process.env),
  collectionProfile: readConfig(process.env, 'COLLECTION_PROFILE_ARN').COLLECTION_PROFILE_ARN,
};

export const handler = entry('swap-profile', STEP_INPUT, makeSwapProfile(ports));
