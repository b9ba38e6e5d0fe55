import { incidentPrefix, MEMORY_IMAGE } from '../core/collect/vault-paths';
import { Transient } from '../core/errors';
import type { Uploads } from '../core/ports/evidence-vault';
import type { ForensicHost } from '../core/ports/forensic-host';
import type { Isolation } from '../core/ports/isolation';
import { type Pause, within30Seconds } from './pause';
import { reportSettled } from './report-settled';
import { runStep, type StepContext, type StepPorts } from './step';
import type { StepInput } from './task-input';

export interface CleanUpPorts extends StepPorts {
  readonly host: ForensicHost;
  readonly uploads: Uploads;
  readonly isolation: Isolation;
  readonly pause: Pause;
}

/** Removes what we made and need no more, on every path: forensic instance, its volumes, unfinished uploads, the allow-all group. Snapshots and evidence stay. */
export function makeCleanUp(ports: CleanUpPorts) {
  return (input: StepInput) =>
    runStep(ports, input, async (context) => {
      const removed = [
        ...(await removeMachine(ports, context)),
        ...(await removeVolumes(ports, context)),
        ...(await ports.host.closeDoors(context.incident.id)),
        ...(await removeUpload(ports, context)),
        ...(await removeAllowAll(ports, context)),
      ];
      return {
        said: removed.length === 0 ? 'There was nothing to remove.' : `Removed: ${removed.join(', ')}.`,
        events: [{ type: 'CleanedUp', removed }],
        settles: reportSettled(context.incident),
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

/** The allow-all group is for one moment of Contain; while another incident uses it, it stays. */
async function removeAllowAll(ports: CleanUpPorts, context: StepContext): Promise<readonly string[]> {
  const removed: string[] = [];
  const attached = await ports.isolation.interfaces(context.key);
  for (const vpc of new Set(attached.map((each) => each.vpc))) {
    const group = await ports.isolation.findGroup(context.key, vpc, 'allow-all');
    if (group !== undefined && (await ports.isolation.removeGroup(context.key, group)) === 'removed')
      removed.push(group);
  }
  return removed;
}
