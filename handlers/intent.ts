import { Refusal } from '../core/errors';
import type { KillSwitch } from '../core/ports/switches';

/** Read before every new intent, against the victim or with its copies: while the switch is thrown nothing new is begun. */
export async function mayBegin(killSwitch: KillSwitch, what: string): Promise<void> {
  const halted = await killSwitch.halted();
  if (halted === undefined) return;
  throw new Refusal(
    'halt',
    `${halted.by} halted Cordon at ${halted.at} (${halted.reason}): ${what} was not begun.`,
    'Use `/ir unhalt` when it may go on, then retry.',
  );
}
