import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SymbolsBus } from '../../ports/symbols-bus';
import { CLIENT_SETTINGS } from './clients';
import { putReport } from './report-bus';

export function eventSymbolsBus(busName: string): SymbolsBus {
  const client = new EventBridgeClient(CLIENT_SETTINGS);
  return { symbolsReady: (news) => putReport(client, busName, 'Symbols ready', news) };
}
