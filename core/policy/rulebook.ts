import type { Playbook } from '../playbook/schema';
import type { Policy } from './schema';

/** What git says: who may do what, and what is done when. */
export interface Rulebook {
  readonly policy: Policy;
  /** In the order they are tried. */
  readonly playbooks: readonly Playbook[];
}
