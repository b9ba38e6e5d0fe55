import { parkingWiring } from '../core/adapters/aws/step-wiring';
import { entry } from './entry';
import { makeRequestReport } from './request-report';
import { PARKING_STEP_INPUT } from './task-input';

export const handler = entry('request-report', PARKING_STEP_INPUT, makeRequestReport(parkingWiring(process.env)));
