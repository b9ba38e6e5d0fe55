import type { AccessCheck, Principal } from '../../../lab/aws/service';
import { REAL_DURATIONS } from '../../../lab/estate/durations';
import type { BusEvent, CommandExecutor, Estate } from '../../../lab/estate/types';
import { Estates } from '../../../lab/estate/world';
import { VirtualTime } from '../../../lab/time/virtual-time';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const START = Date.parse('2026-05-16T02:20:00Z');

export interface LabEstates {
  readonly estates: Estates;
  readonly estate: Estate;
  readonly time: VirtualTime;
  readonly events: BusEvent[];
  /** Lets so many milliseconds of the lab pass. */
  pass(ms: number): Promise<void>;
}

/** Estates on virtual time, with the events they emit kept in a list. */
export function labEstates(
  parts: {
    executor?: CommandExecutor;
    denied?: (principal: Principal, checks: readonly AccessCheck[]) => AccessCheck | undefined;
    insufficientCapacity?: (type: string, zone: string) => boolean;
  } = {},
): LabEstates {
  const time = new VirtualTime({ start: START, seed: 'test' });
  const events: BusEvent[] = [];
  const idle: CommandExecutor = {
    run: async () => ({ status: 'Success', exitCode: 0, output: '', errorOutput: '' }),
  };
  const estates = new Estates({
    seed: 'test',
    clock: time,
    durations: REAL_DURATIONS,
    faults: { insufficientCapacity: parts.insufficientCapacity ?? (() => false) },
    emit: (event) => events.push(event),
    executor: () => parts.executor ?? idle,
    denied: parts.denied ?? (() => undefined),
  });
  const pass = async (ms: number): Promise<void> => {
    const until = time.now() + ms;
    time.setTimer(ms, () => undefined, 'test/pass');
    await time.run(() => time.now() >= until);
  };
  return { estates, estate: estates.at(ACCOUNT, REGION), time, events, pass };
}
