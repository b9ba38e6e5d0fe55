import { tooLargeForSession } from '../collect/parts';
import type { Estate } from './estate';
import type { Reach } from './reach';

export interface ContainmentOrder {
  readonly order: 'contain-first' | 'memory-first';
  readonly why: string;
}

/**
 * Which comes first. Containment goes first unless waiting could win memory that isolation would lose for good; the
 * wait is `minutes` at most, then the workflow contains whatever happened.
 */
export function containmentOrder(estate: Estate, reach: Reach, minutes: number): ContainmentOrder {
  if (estate.instance.state !== 'running') {
    return { order: 'contain-first', why: `the instance is ${estate.instance.state}: there is no memory to capture` };
  }
  if (estate.agent.ping !== 'online') {
    return { order: 'contain-first', why: 'its SSM agent does not answer: waiting would not win a memory image' };
  }
  if (reach.can) {
    return { order: 'contain-first', why: 'the isolated host can still reach SSM and S3 through VPC endpoints' };
  }
  const tooLarge = tooLargeForSession(estate.instance);
  if (tooLarge !== undefined) return { order: 'contain-first', why: `waiting would win nothing: ${tooLarge}` };
  if (minutes <= 0) return { order: 'contain-first', why: 'the playbook gives memory no time before containment' };
  return { order: 'memory-first', why: `${reach.why}; memory has ${minutes} minutes, then the instance is isolated` };
}
