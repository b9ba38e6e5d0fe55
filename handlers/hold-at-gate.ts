import { replay } from '../core/incident/evolve';
import type { IncidentLedger } from '../core/ports/incident-ledger';
import { type Parking, type ParkingOrder, park, waitId } from '../core/wait/park';
import { settlementOf } from '../core/wait/settle';
import type { HoldInput } from './task-input';

export interface HoldAtGatePorts extends Parking {
  readonly ledger: IncidentLedger;
}

/** 7 days: gates expire far earlier, by a commit; this only bounds what nobody expires. */
const BACKSTOP_MINUTES = 7 * 24 * 60;

/** Parks the workflow at a gate. When the gate was decided meanwhile, the wait is due at once. */
export function makeHoldAtGate(ports: HoldAtGatePorts): (input: HoldInput) => Promise<void> {
  return async ({ incident, run, gate, token }) => {
    const order: ParkingOrder = { incident, run, token, gate, kind: 'gate', minutes: BACKSTOP_MINUTES };
    const nothing = async () => [];
    await park(ports, order, nothing, async () => {
      const [view, wait] = [replay(await ports.ledger.read(incident)), await ports.waits.find(incident, waitId(order))];
      return view !== undefined && wait !== undefined && settlementOf(view, wait) !== undefined;
    });
  };
}
