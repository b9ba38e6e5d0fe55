import { NeedsHuman, Refusal, Transient } from '../core/errors';
import { type ProtectedRule, protectedBy } from '../core/estate/protected';
import { gatePlan } from '../core/gate/plan';
import type { IncidentEvent } from '../core/incident/events';
import type { Claims } from '../core/ports/claims';
import type { InstancePower, PowerState } from '../core/ports/estate-reader';
import type { ProtectionControl } from '../core/ports/protections';
import type { KillSwitch } from '../core/ports/switches';
import { mayBegin } from './intent';
import { type Pause, within30Seconds } from './pause';
import { reportSettled } from './report-settled';
import { record, runStep, type StepContext, type StepPorts, type StepReport } from './step';
import type { StepInput } from './task-input';

export interface StopPorts extends StepPorts {
  readonly power: InstancePower;
  readonly protections: ProtectionControl;
  readonly claims: Claims;
  readonly killSwitch: KillSwitch;
  readonly protectedRule: ProtectedRule;
  readonly pause: Pause;
}

/**
 * Stops the instance, once, and only what was approved: approval and plan digest (the ledger refuses StopIntended
 * without them), generation, protection and kill switch are read again in this very call, before the intent. An
 * ambiguous answer is settled by looking. Terminated is not stopped: it is evidence lost.
 */
export function makeStopInstance(ports: StopPorts) {
  return (input: StepInput) =>
    runStep(ports, input, async (context) => {
      const settles = reportSettled(context.incident);
      if (context.incident.stopped !== undefined) return { said: 'It was stopped before.', settles };
      const before = await ports.power.state(context.key);
      if (isLost(before)) return { ...lost(context, before), settles };
      await verify(ports, context, before);
      const { digest } = gatePlan(context.incident, 'stop');
      await record(ports, context, 'intended', [{ type: 'StopIntended', planDigest: digest }]);
      if (before.state === 'running' || before.state === 'pending') await stop(ports, context);
      return { ...(await outcome(ports, context)), settles };
    });
}

function isLost(state: PowerState | undefined): state is undefined | (PowerState & { state: 'terminated' }) {
  return state === undefined || state.state === 'terminated' || state.state === 'shutting-down';
}

function lost(context: StepContext, state: PowerState | undefined): StepReport {
  const why =
    state === undefined ? 'EC2 no longer knows it' : `it is ${state.state} (${state.reason || 'no reason given'})`;
  const event: IncidentEvent = {
    type: 'EvidenceLost',
    why: `${context.key.instance} was not stopped by Cordon: ${why}`,
  };
  return { said: `Not stopped: ${why}. That is evidence lost.`, events: [event] };
}

async function verify(ports: StopPorts, context: StepContext, now: PowerState): Promise<void> {
  const { incident, key } = context;
  await mayBegin(ports.killSwitch, `stopping ${key.instance}`);
  const claim = await ports.claims.find(key);
  if (claim?.incident !== incident.id || claim.generation !== incident.generation) {
    throw new Refusal('stop.generation', `${key.instance} belongs to another incident by now: it was not stopped.`);
  }
  const protection = protectedBy({ id: key.instance, tags: now.tags }, ports.protectedRule);
  if (protection !== undefined) {
    throw new Refusal('instance.protected', `${key.instance} is protected by now (${protection}): it was not stopped.`);
  }
  if (now.tags['cordon:incident'] !== incident.id) {
    throw new Refusal('stop.untagged', `${key.instance} does not carry the tag of ${incident.id}: it was not stopped.`);
  }
}

/** Contain put stop protection on; it goes off for our own stop and for nothing else. */
async function stop(ports: StopPorts, context: StepContext): Promise<void> {
  await ports.protections.set(context.key, { attribute: 'stop', on: false });
  await ports.power.stop(context.key);
}

async function outcome(ports: StopPorts, context: StepContext): Promise<StepReport> {
  const seen = await within30Seconds(ports.pause, async () => {
    const now = await ports.power.state(context.key);
    return isLost(now) || now.state === 'stopped' ? { now } : undefined;
  });
  const now = seen === undefined ? await ports.power.state(context.key) : seen.now;
  if (isLost(now)) return lost(context, now);
  if (now.state === 'running' || now.state === 'pending')
    throw new Transient(`${context.key.instance} is ${now.state} still.`);
  if (now.state !== 'stopped' && now.state !== 'stopping')
    throw new NeedsHuman(`${context.key.instance} is ${now.state}.`);
  const said = now.state === 'stopped' ? 'It is stopped.' : 'EC2 is stopping it; a graceful shutdown takes its time.';
  return { said, events: [{ type: 'InstanceStopped', state: now.state }] };
}
