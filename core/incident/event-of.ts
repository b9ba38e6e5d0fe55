import type { IncidentEvent } from './events';
import type { PersonKey } from './ids';

/** The event, or union of events, of the given type names. */
export type EventOf<T extends IncidentEvent['type']> = Extract<IncidentEvent, { readonly type: T }>;

/** What the row says about its events. */
export interface EventMeta {
  readonly at: string;
  /** The person who did it; absent for our own parts. */
  readonly person?: PersonKey;
}
