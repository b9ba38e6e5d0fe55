import {
  evidenceWiring,
  killSwitchWiring,
  powerWiring,
  profileWiring,
  stepWiring,
} from '../core/adapters/aws/step-wiring';
import { readConfig } from '../core/config';
import { collectionProfileOf } from '../core/member-account';
import { entry } from './entry';
import { makeSwapProfile } from './swap-profile';
import { STEP_INPUT } from './task-input';

const { COLLECTION_PROFILE_ARN: own, MEMBER_PROFILE_NAME: members } = readConfig(
  process.env,
  'COLLECTION_PROFILE_ARN',
  'MEMBER_PROFILE_NAME',
);

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...profileWiring(process.env),
  ...powerWiring(process.env),
  ...killSwitchWiring(process.env),
  collectionProfile: (account: string) => collectionProfileOf(own, members, account),
};

export const handler = entry('swap-profile', STEP_INPUT, makeSwapProfile(ports));
