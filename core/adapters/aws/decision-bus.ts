import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { DecisionBus } from '../../ports/decision-bus';
import { CLIENT_SETTINGS } from './clients';
import { putReport } from './report-bus';

export function eventDecisionBus(busName: string): DecisionBus {
  const client = new EventBridgeClient(CLIENT_SETTINGS);
  return { stopAnswered: (decision, answer) => putReport(client, busName, `Stop ${decision}`, answer) };
}
