import type { IncidentId, InstanceKey } from '../incident/ids';
import type { GateName, StepName } from '../incident/steps';
import type { Clock } from '../ports/clock';
import type { TaskTokens } from '../ports/task-tokens';
import type { Inbox, Wait, WaitKind, Waits } from '../ports/waits';

export interface Parking {
  readonly waits: Waits;
  readonly inbox: Inbox;
  readonly tokens: TaskTokens;
  readonly clock: Clock;
}

export interface ParkingOrder {
  readonly incident: IncidentId;
  readonly run: number;
  readonly token: string;
  readonly kind: WaitKind;
  readonly step?: StepName;
  readonly gate?: GateName;
  /** Minutes until nobody waits any longer. */
  readonly minutes: number;
  /** Seconds until reconcile looks for the first time; events normally come before. */
  readonly firstLookSeconds?: number;
  readonly place?: InstanceKey;
}

/** When an event was lost: two minutes is long for an event and short for a person. */
const FIRST_LOOK_SECONDS = 120;

/** `<run>/<kind>/<step or gate>` */
export function waitId(order: Pick<ParkingOrder, 'run' | 'kind' | 'step' | 'gate'>): string {
  return `${order.run}/${order.kind}/${order.gate ?? order.step ?? '-'}`;
}

/**
 * Parks a task: stores the token and the intent, acts, stores the external ids, looks once (the thing may have finished
 * before anybody waited, or its event came first), and leaves. What is finished already is due at once.
 *
 * @param act makes or finds the thing waited for and returns its external ids (see `Wait.external`). A retry calls it
 *   again, so it must look for its effect before acting.
 * @param finished looks at the thing itself.
 */
export async function park(
  parking: Parking,
  order: ParkingOrder,
  act: () => Promise<readonly string[]>,
  finished: (external: readonly string[]) => Promise<boolean>,
): Promise<void> {
  const now = parking.clock.now();
  const wait = await storedWait(parking, order, now);
  const external = await act();
  if (external.length > 0) await parking.waits.expect(order.incident, wait.id, external);
  for (const id of external) {
    if (await parking.inbox.has(order.kind, id)) await parking.waits.arrived(order.incident, wait.id, id);
  }
  if (await finished(external)) await parking.waits.lookAgainAt(wait, parking.clock.now().toISOString());
}

async function storedWait(parking: Parking, order: ParkingOrder, now: Date): Promise<Wait> {
  const later = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();
  const wait: Wait = {
    incident: order.incident,
    id: waitId(order),
    kind: order.kind,
    run: order.run,
    sealedToken: await parking.tokens.seal(order.incident, order.token),
    external: {},
    deadline: later(order.minutes * 60),
    dueAt: later(order.firstLookSeconds ?? FIRST_LOOK_SECONDS),
    status: 'parked',
    ...(order.step === undefined ? {} : { step: order.step }),
    ...(order.gate === undefined ? {} : { gate: order.gate }),
    ...(order.place === undefined ? {} : { place: order.place }),
  };
  await parking.waits.park(wait);
  return wait;
}
