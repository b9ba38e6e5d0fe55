import { NeedsHuman } from '../core/errors';
import type { Estate, GroupMembership } from '../core/estate/estate';
import type { InstanceKey } from '../core/incident/ids';
import type { Blobs } from '../core/ports/blobs';
import type { KillSwitch } from '../core/ports/switches';
import type { Traffic } from '../core/ports/traffic';
import { plural } from '../core/text';
import { type ProtectionLook, refuseProtectedNow, touchableEstate } from './estate-of';
import { mayBegin } from './intent';
import { runStep, type StepPorts, type StepReport } from './step';
import type { StepInput } from './task-input';

export interface DetachPorts extends StepPorts, ProtectionLook {
  readonly blobs: Blobs;
  readonly traffic: Traffic;
  readonly killSwitch: KillSwitch;
}

/**
 * Takes the instance out of its Auto Scaling group and from behind its load balancers, before its groups change: a failed
 * health check would otherwise make the group terminate the evidence. Draining is not waited for.
 */
export function makeDetachFromService(ports: DetachPorts) {
  return (input: StepInput) =>
    runStep(ports, input, async ({ incident, key }) => {
      const estate = await touchableEstate(ports.blobs, incident);
      if (estate === undefined) return { said: 'There is no instance to take out of service.' };
      await refuseProtectedNow(ports, key);
      await mayBegin(ports.killSwitch, 'taking the instance out of service');
      const left = await leaveGroup(ports.traffic, key, estate.group);
      const targets = await leaveBalancers(ports.traffic, key, estate);
      return report(estate, left, targets);
    });
}

interface Left {
  readonly how: 'standby' | 'detached' | 'held' | 'none';
  readonly lowered: boolean;
  /** In the group's own words, where it let the instance go in no way. */
  readonly why?: string;
}

/**
 * Standby keeps the instance known to its group; where the group forbids that, it leaves; where its maximum forbids a
 * replacement, with its place; and where its minimum forbids that too, the group is kept from terminating it.
 */
async function leaveGroup(traffic: Traffic, key: InstanceKey, recorded: GroupMembership | undefined): Promise<Left> {
  if (recorded === undefined) return { how: 'none', lowered: false };
  const now = await traffic.membership(key);
  const before = alreadyOut(now);
  if (before !== undefined || now === undefined) return { how: before ?? 'detached', lowered: false };
  const { name } = now;
  const ways = [
    { how: 'standby', lowered: false, go: () => traffic.enterStandby(key, name) },
    { how: 'detached', lowered: false, go: () => traffic.detach(key, name, false) },
    { how: 'detached', lowered: true, go: () => traffic.detach(key, name, true) },
  ] as const;
  const refusals: string[] = [];
  for (const { how, lowered, go } of ways) {
    const tried = await go();
    if (tried.status === 'done') return { how, lowered };
    refusals.push(tried.why);
    // A refusal may be the answer to a repeat of a call whose own answer was lost: only a look tells.
    const out = alreadyOut(await traffic.membership(key));
    if (out !== undefined) return { how: out, lowered };
  }
  const [standing, ...leaving] = refusals;
  const why = `neither stand by (${standing}) nor leave (${leaving.join('; ')})`;
  // What its group is terminating already, no setting of the group keeps.
  const held = now.lifecycle.startsWith('Terminat') ? undefined : await traffic.hold(key, now.name);
  if (held?.status === 'done') return { how: 'held', lowered: false, why };
  const last = held === undefined ? `it is ${now.lifecycle}` : held.why;
  throw new NeedsHuman(
    `${now.name} lets ${key.instance} ${why}, and cannot be kept from replacing it (${last}): it would terminate the evidence after isolation. Skip this step only in that knowledge.`,
  );
}

/** Which way it is out of its group's service, seen from its place there; undefined when it is not. */
function alreadyOut(now: GroupMembership | undefined): 'standby' | 'detached' | undefined {
  if (now === undefined || now.lifecycle.startsWith('Detach')) return 'detached';
  return /standby/i.test(now.lifecycle) ? 'standby' : undefined;
}

async function leaveBalancers(traffic: Traffic, key: InstanceKey, estate: Estate): Promise<readonly string[]> {
  for (const target of estate.targets) await traffic.deregister(key, target);
  for (const balancer of estate.classicBalancers) await traffic.deregisterClassic(key, balancer);
  return [...new Set(estate.targets.map((target) => target.targetGroup)), ...estate.classicBalancers];
}

function report(estate: Estate, left: Left, targets: readonly string[]): StepReport {
  const group = estate.group === undefined || left.how === 'none' ? {} : { group: estate.group.name };
  const words = {
    none: 'It is in no Auto Scaling group',
    standby: `It is on standby in ${estate.group?.name}, which replaces it`,
    detached: `It left ${estate.group?.name}${left.lowered ? ', whose desired capacity went down by one' : ', which replaces it'}`,
    held: `${estate.group?.name} lets it ${left.why}; it stays in the group, protected from scale-in, and the group replaces NO unhealthy instance until release`,
  }[left.how];
  const behind =
    targets.length === 0
      ? 'and behind no load balancer'
      : `and deregistered from ${plural(targets.length, 'target group or balancer', 'target groups or balancers')}`;
  return { said: `${words}, ${behind}.`, events: [{ type: 'InstanceDetached', how: left.how, targets, ...group }] };
}
