import type { Containment } from '../incident/incident';
import type { Estate } from './estate';

/** What release will not give back, and why, in sentences for the thread. */
export function cannotRestore(estate: Estate, containment: Containment): readonly string[] {
  const said: string[] = [];
  const left = containment.detached?.how;
  if (estate.group !== undefined && left !== 'none' && left !== 'held') {
    said.push(`capacity that ${estate.group.name} started meanwhile stays until the group scales in`);
  }
  if (estate.interfaces.length > 0) said.push('connections that isolation cut are not reopened');
  return said;
}
