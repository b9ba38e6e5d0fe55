import { incidentPrefix, MEMORY_IMAGE } from '../core/collect/vault-paths';
import { NeedsHuman, Transient } from '../core/errors';
import { ISOLATING } from '../core/estate/group-rules';
import { isIsolated } from '../core/estate/isolation-plan';
import type { IncidentEvent } from '../core/incident/events';
import { replay } from '../core/incident/evolve';
import type { Blobs } from '../core/ports/blobs';
import type { Uploads } from '../core/ports/evidence-vault';
import type { ForensicHost } from '../core/ports/forensic-host';
import type { Isolation } from '../core/ports/isolation';
import { estateOf } from './estate-of';
import { type Pause, within30Seconds } from './pause';
import { reportSettled } from './report-settled';
import { runStep, type StepContext, type StepPorts } from './step';
import type { StepInput } from './task-input';

export interface CleanUpPorts extends StepPorts {
  readonly host: ForensicHost;
  readonly uploads: Uploads;
  readonly blobs: Blobs;
  readonly isolation: Isolation;
  readonly pause: Pause;
}

/**
 * Removes what we made and need no more, on every path: forensic instance, its volumes, unfinished uploads, groups that
 * nothing carries. An isolation that was broken off between its two swaps is finished first. Snapshots and evidence stay.
 */
export function makeCleanUp(ports: CleanUpPorts) {
  return (input: StepInput) =>
    runStep(ports, input, async (context) => {
      const failures: unknown[] = [];
      // One that fails holds up no other: the step fails when each was tried.
      const each = async <T>(work: Promise<readonly T[]>): Promise<readonly T[]> => {
        try {
          return await work;
        } catch (error) {
          failures.push(error);
          return [];
        }
      };
      const finished = await each(finishIsolation(ports, context));
      const removed = [
        ...(await each(removeMachine(ports, context))),
        ...(await each(removeVolumes(ports, context))),
        ...(await each(ports.host.closeDoors(context.incident.id))),
        ...(await each(removeUpload(ports, context))),
        ...(await each(removeGroups(ports, context))),
      ];
      // What passes by itself goes first: the platform tries again, and then only what does not is left.
      if (failures.length > 0) throw failures.find((error) => error instanceof Transient) ?? failures[0];
      return {
        said: removed.length === 0 ? 'There was nothing to remove.' : `Removed: ${removed.join(', ')}.`,
        events: [...finished, { type: 'CleanedUp', removed }],
        // GitHub may have answered while things were removed.
        settles: reportSettled(replay(await ports.ledger.read(context.incident.id)) ?? context.incident),
      };
    });
}

async function removeMachine(ports: CleanUpPorts, context: StepContext): Promise<readonly string[]> {
  const machine = await ports.host.find(context.incident.id);
  if (machine === undefined)
    return context.incident.forensicInstance === undefined ? [] : [context.incident.forensicInstance];
  await ports.host.terminate(machine.instance);
  return [machine.instance];
}

/** EC2 detaches the evidence volumes as the machine goes; then they are deleted. */
async function removeVolumes(ports: CleanUpPorts, context: StepContext): Promise<readonly string[]> {
  const left = await ports.host.volumes(context.incident.id);
  if (left.length === 0) return context.incident.attachedVolumes;
  const gone = await within30Seconds(ports.pause, async () => {
    const volumes = await ports.host.volumes(context.incident.id);
    const free = volumes.filter((each) => each.attachedTo === undefined);
    for (const each of free) await ports.host.deleteVolume(each.volume);
    return volumes.every((each) => each.attachedTo === undefined) ? true : undefined;
  });
  if (gone === undefined) throw new Transient('EC2 is still detaching the evidence volumes.');
  return left.map((each) => each.volume);
}

async function removeUpload(ports: CleanUpPorts, context: StepContext): Promise<readonly string[]> {
  const key = `${incidentPrefix(context.incident.id)}${MEMORY_IMAGE}`;
  const upload = await ports.uploads.find(key);
  if (upload === undefined) return [];
  await ports.uploads.abort(key, upload);
  return ['an unfinished memory upload'];
}

/**
 * Whoever ended the run between the two swaps (an abort, a function that died for good) left allow-all on an interface:
 * it is given the isolation group, which was made before the first swap.
 */
async function finishIsolation(
  { isolation }: CleanUpPorts,
  { key, incident }: StepContext,
): Promise<readonly IncidentEvent[]> {
  const cut = new Map<string, string>();
  for (const each of await isolation.interfaces(key)) {
    const allowAll = await isolation.findGroup(key, each.vpc, 'allow-all');
    if (allowAll === undefined || !each.groups.includes(allowAll)) continue;
    const group = await isolatingGroup(isolation, key, each.vpc);
    if (group === undefined || (await isolation.setGroups(key, each.id, [group])) !== 'done')
      throw new NeedsHuman(
        `${each.id} carries ${allowAll}, which lets everything through, and ${each.vpc} has no isolation group.`,
      );
    cut.set(each.id, group);
  }
  const now = await isolation.interfaces(key);
  const whole = now.every((each) => cut.has(each.id) || incident.containment.isolated?.interfaces.includes(each.id));
  if (cut.size === 0 || !whole || incident.containment.isolated !== undefined) return [];
  const group = [...new Set(cut.values())].join(',');
  return [{ type: 'InstanceIsolated', group, interfaces: [...cut.keys()], residual: [] }];
}

async function isolatingGroup(isolation: Isolation, key: StepContext['key'], vpc: string): Promise<string | undefined> {
  for (const role of ISOLATING) {
    const group = await isolation.findGroup(key, vpc, role);
    if (group !== undefined) return group;
  }
  return undefined;
}

/**
 * The allow-all group is for one moment of Contain, and an isolation group goes with its last interface: one that our
 * instance does not carry (terminated, or never isolated) is a leftover. What another incident uses, EC2 keeps.
 */
async function removeGroups(ports: CleanUpPorts, context: StepContext): Promise<readonly string[]> {
  if (context.incident.ruledOut !== undefined) return [];
  const removed: string[] = [];
  const attached = await ports.isolation.interfaces(context.key);
  const recorded = (await estateOf(ports.blobs, context.incident))?.interfaces ?? [];
  for (const vpc of new Set([...attached, ...recorded].map((each) => each.vpc))) {
    for (const role of ['allow-all', ...ISOLATING] as const) {
      const group = await ports.isolation.findGroup(context.key, vpc, role);
      if (group === undefined || attached.some((each) => isIsolated(each, group))) continue;
      if ((await ports.isolation.removeGroup(context.key, group)) === 'removed') removed.push(group);
    }
  }
  return removed;
}
