import { awsNudges } from '../core/adapters/aws/control-plane';
import { readConfig } from '../core/config';
import { entry } from './entry';
import { makeRelay, RELAY_INPUT } from './relay';

const config = readConfig(process.env, 'ANNOUNCE_QUEUE_URL', 'CONDUCT_QUEUE_URL', 'PUBLISH_QUEUE_URL');

export const handler = entry('relay', RELAY_INPUT, makeRelay({ nudges: awsNudges(config) }));
