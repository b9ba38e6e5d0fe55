import type { Missing } from '../core/incident/events';
import type { Blobs } from '../core/ports/blobs';
import type { InstancePower } from '../core/ports/estate-reader';
import type { ProtectionChange, ProtectionControl } from '../core/ports/protections';
import type { KillSwitch } from '../core/ports/switches';
import { plural } from '../core/text';
import { touchableEstate } from './estate-of';
import { mayBegin } from './intent';
import { runStep, type StepContext, type StepPorts } from './step';
import type { StepInput } from './task-input';

export interface ProtectPorts extends StepPorts {
  readonly blobs: Blobs;
  readonly protections: ProtectionControl;
  readonly power: InstancePower;
  readonly killSwitch: KillSwitch;
}

const WANTED: readonly ProtectionChange[] = [
  { attribute: 'termination', on: true },
  { attribute: 'stop', on: true },
  { attribute: 'shutdown', behaviour: 'stop' },
];

/** Keeps the evidence: nobody terminates or stops the instance by accident, a shutdown from inside only stops it, its volumes outlive it. */
export function makeProtectInstance(ports: ProtectPorts) {
  return (input: StepInput) =>
    runStep(ports, input, async (context) => {
      const estate = await touchableEstate(ports.blobs, context.incident);
      if (estate === undefined || (await isGone(ports, context))) {
        return { said: 'There is no instance to protect.', missing: gone(context) };
      }
      await mayBegin(ports.killSwitch, 'protecting the instance');
      await ports.power.tag(context.key, [context.key.instance], { 'cordon:incident': context.incident.id });
      const refused = await setAll(ports, context);
      const kept = await keepVolumes(ports, context);
      const now = await ports.protections.read(context.key);
      const missing = refused.map((what) => ({
        what: `${what} protection`,
        reason: 'EC2 does not offer it for this instance',
      }));
      return {
        said: `Termination protection ${now.termination ? 'on' : 'off'}, stop protection ${now.stop ? 'on' : 'off'}, ${plural(kept, 'volume')} kept at termination.`,
        events: [{ type: 'InstanceProtected', termination: now.termination, stop: now.stop }],
        missing,
      };
    });
}

async function isGone(ports: ProtectPorts, context: StepContext): Promise<boolean> {
  const now = await ports.power.state(context.key);
  return now === undefined || now.state === 'terminated' || now.state === 'shutting-down';
}

function gone(context: StepContext): readonly Missing[] {
  return [{ what: context.key.instance, reason: 'the instance was terminated meanwhile' }];
}

/** Returns the attributes EC2 does not offer (a spot instance has no stop protection). */
async function setAll(ports: ProtectPorts, context: StepContext): Promise<readonly string[]> {
  const refused: string[] = [];
  for (const change of WANTED) {
    if ((await ports.protections.set(context.key, change)) === 'unsupported') refused.push(change.attribute);
  }
  return refused;
}

async function keepVolumes(ports: ProtectPorts, context: StepContext): Promise<number> {
  const devices = Object.entries(await ports.protections.deleteOnTermination(context.key));
  for (const [device, goes] of devices) if (goes) await ports.protections.keepVolume(context.key, device, true);
  return devices.length;
}
