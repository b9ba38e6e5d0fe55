import type { Wait } from './waits';

/** Looks at the thing a wait is for, when its event may have been lost. */
export interface WaitProbe {
  /** reads: `finished` means the waiting step may go on and judge the result itself (a failure is finished too). */
  look(wait: Wait): Promise<'finished' | 'pending'>;
}
