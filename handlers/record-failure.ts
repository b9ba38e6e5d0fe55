import { NeedsHuman } from '../core/errors';
import { failurePlan } from '../core/gate/plan';
import { commitTo } from '../core/incident/commit';
import type { GateRule } from '../core/incident/events';
import { replay } from '../core/incident/evolve';
import { commandId, sha256 } from '../core/incident/ids';
import type { GateName } from '../core/incident/steps';
import type { IncidentLedger } from '../core/ports/incident-ledger';
import { clampText, plainText } from '../core/text';
import { type Parking, type ParkingOrder, park, waitId } from '../core/wait/park';
import { settlementOf } from '../core/wait/settle';
import type { FailureInput } from './task-input';

export interface RecordFailurePorts extends Parking {
  readonly ledger: IncidentLedger;
}

const SYSTEM = { kind: 'system', part: 'record-failure' } as const;
const BACKSTOP_MINUTES = 7 * 24 * 60;
/** A cause is read in a Slack section (3,000 characters at most); the rest is in the function's log. */
const MAX_CAUSE = 600;

/** Used where a playbook says nothing of failures. */
export const DEFAULT_RULE: GateRule = {
  mode: 'ask',
  quorum: 1,
  role: 'responder',
  excludeRequester: false,
  reasonRequired: false,
  typedConfirmation: false,
  expiresMinutes: 120,
  remindMinutes: 20,
  onTimeout: 'keep',
};

/** Puts a failed step on record, asks a person what to do, and parks until the answer: retry, skip or abort. */
export function makeRecordFailure(ports: RecordFailurePorts): (input: FailureInput) => Promise<void> {
  return async ({ incident: id, run, step, error, token, entered }) => {
    const incident = replay(await ports.ledger.read(id));
    if (incident === undefined) throw new NeedsHuman(`${id} has no ledger: its run goes nowhere.`);
    const gate: GateName = `failed:${step}`;
    const failure = { step, error: error.Error, cause: causeOf(error.Cause) };
    const order: ParkingOrder = { incident: id, run, token, gate, kind: 'failure', minutes: BACKSTOP_MINUTES };
    const ask = async () => {
      const plan = failurePlan(incident, failure);
      const rule = incident.playbook?.gates.failed ?? DEFAULT_RULE;
      // One failure is one entry of the state; without its time, one token: a retry of this very task gets another.
      const key = commandId(`fail:${run}:${step}:${sha256(entered ?? token).slice(0, 16)}`);
      await commitTo(ports.ledger, ports.clock, id, { type: 'FailStep', ...failure, plan, rule }, SYSTEM, key);
      return [];
    };
    await park(ports, order, ask, async () => {
      const [view, wait] = [replay(await ports.ledger.read(id)), await ports.waits.find(id, waitId(order))];
      return view !== undefined && wait !== undefined && settlementOf(view, wait) !== undefined;
    });
  };
}

/** Lambda's Cause is JSON with errorMessage and a stack trace; only the message is for people. Untrusted text. */
function causeOf(cause: string): string {
  return clampText(plainText(messageIn(cause) ?? cause), MAX_CAUSE);
}

function messageIn(cause: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed !== 'object' || parsed === null || !('errorMessage' in parsed)) return undefined;
    return typeof parsed.errorMessage === 'string' ? parsed.errorMessage : undefined;
  } catch {
    return undefined;
  }
}
