import { evidenceWiring, killSwitchWiring, sessionWiring, stepWiring } from '../core/adapters/aws/step-wiring';
import { readConfig } from '../core/config';
import { entry } from './entry';
import { makeRevokeSessions } from './revoke-sessions';
import { STEP_INPUT } from './task-input';

const ports = {
  ...stepWiring(process.env),
  ...evidenceWiring(process.env),
  ...sessionWiring(process.env),
  ...killSwitchWiring(process.env),
  // arn:aws-cn:… and arn:aws-us-gov:… live in partitions of their own, like everything of ours there.
  partition: readConfig(process.env, 'EVIDENCE_KEY_ARN').EVIDENCE_KEY_ARN.split(':')[1] ?? 'aws',
};

export const handler = entry('revoke-sessions', STEP_INPUT, makeRevokeSessions(ports));
