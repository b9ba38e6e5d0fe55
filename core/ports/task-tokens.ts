import type { IncidentId } from '../incident/ids';

/** Task tokens are bearer secrets that IAM cannot scope: they are stored only encrypted, bound to their incident. */
export interface TaskTokens {
  /** changes nothing outside; encrypts with the context {purpose: task-token, incident}. */
  seal(incident: IncidentId, token: string): Promise<string>;
  /** reads */
  open(incident: IncidentId, sealed: string): Promise<string>;
}
