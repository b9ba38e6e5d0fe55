import { AlreadyDone } from '../core/errors';
import type { WaitKind } from '../core/ports/waits';
import { type Parking, type ParkingOrder, park, waitId } from '../core/wait/park';
import { begin, openStep, type StepContext, type StepPorts } from './step';
import type { ParkingStepInput } from './task-input';

export interface ParkingPorts extends StepPorts, Parking {}

/** What a parked step started: ids whose events end the wait. None: there is nothing to wait for. */
export interface Started {
  readonly external: readonly string[];
  /** Ids that a look found finished already. */
  readonly finished?: readonly string[];
}

export const NOTHING_TO_WAIT_FOR: Started = { external: [] };

export interface ParkingPlan {
  readonly kind: WaitKind;
  /** How long anybody waits at all. */
  readonly minutes: number;
  /** Seconds until reconcile looks first, where AWS sends no event at all. */
  readonly firstLookSeconds?: number;
}

/**
 * One step whose work goes on after the call: token and intent are stored, `act` looks and acts, its external ids are
 * stored, then one look. What is finished already, or was never there, ends the task at once (AlreadyDone).
 */
export async function runParkedStep(
  ports: ParkingPorts,
  input: ParkingStepInput,
  plan: ParkingPlan,
  act: (context: StepContext) => Promise<Started>,
): Promise<{ readonly waitsFor: number }> {
  const { token, ...rest } = input;
  const context = await openStep(ports, rest);
  await begin(ports, context);
  const order: ParkingOrder = { ...rest, token, ...plan, place: context.key };
  let started = NOTHING_TO_WAIT_FOR;
  const acting = async () => {
    started = await act(context);
    return started.external;
  };
  await park(ports, order, acting, (external) => allFinished(ports, plan.kind, external, started));
  const { external } = started;
  if (external.length === 0 || (await allFinished(ports, plan.kind, external, started))) await endAtOnce(ports, order);
  return { waitsFor: external.length };
}

async function allFinished(
  ports: ParkingPorts,
  kind: WaitKind,
  external: readonly string[],
  started: Started,
): Promise<boolean> {
  for (const id of external) {
    if (started.finished?.includes(id) !== true && !(await ports.inbox.has(kind, id))) return false;
  }
  return external.length > 0;
}

async function endAtOnce(ports: ParkingPorts, order: ParkingOrder): Promise<never> {
  const parked = await ports.waits.find(order.incident, waitId(order));
  if (parked?.status === 'parked') await ports.waits.answered(parked);
  throw new AlreadyDone(`${order.step} has nothing to wait for.`);
}
