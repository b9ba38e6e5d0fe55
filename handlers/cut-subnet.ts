import { NeedsHuman } from '../core/errors';
import type { Estate } from '../core/estate/estate';
import type { IncidentId, InstanceKey } from '../core/incident/ids';
import type { Blobs } from '../core/ports/blobs';
import type { SubnetAcls } from '../core/ports/subnet-acls';
import type { KillSwitch } from '../core/ports/switches';
import { plural } from '../core/text';
import { touchableEstate } from './estate-of';
import { mayBegin } from './intent';
import { runStep, type StepPorts } from './step';
import type { StepInput } from './task-input';

export interface CutSubnetPorts extends StepPorts {
  readonly blobs: Blobs;
  readonly acls: SubnetAcls;
  readonly killSwitch: KillSwitch;
}

/**
 * Puts a deny-all network ACL on the instance's subnets: the only thing that ends flows which stay tracked. It hits every
 * neighbour, so it runs only behind its gate, whose plan lists them. The earlier ACLs are kept on the new one as tags.
 */
export function makeCutSubnet(ports: CutSubnetPorts) {
  return (input: StepInput) =>
    runStep(ports, input, async ({ incident, key }) => {
      const estate = await touchableEstate(ports.blobs, incident);
      const subnets = subnetsOf(estate);
      if (estate === undefined || subnets.length === 0) return { said: 'There is no subnet to cut.' };
      await mayBegin(ports.killSwitch, 'cutting the subnet');
      const made: string[] = [];
      for (const vpc of new Set(estate.interfaces.map((each) => each.vpc))) {
        made.push(await cut(ports.acls, { key, incident: incident.id, vpc, subnets: subnetsOf(estate, vpc) }));
      }
      const acl = made.join(',');
      const hit = estate.network.neighbours.length;
      return {
        said: `${acl} denies everything on ${subnets.join(', ')}; ${plural(hit, 'other instance')} in there cut off too.`,
        events: [{ type: 'SubnetCut', acl, subnets }],
      };
    });
}

interface Cut {
  readonly key: InstanceKey;
  readonly incident: IncidentId;
  readonly vpc: string;
  readonly subnets: readonly string[];
}

/** Cuts the subnets of one VPC and proves it by looking again. Returns the ACL. */
async function cut(acls: SubnetAcls, { key, incident, vpc, subnets }: Cut): Promise<string> {
  const now = await acls.of(key, subnets);
  const acl = await acls.ensureDenyAll(key, vpc, incident, now);
  for (const each of now.filter((one) => one.acl !== acl)) await acls.replace(key, each.association, acl);
  const open = (await acls.of(key, subnets)).filter((each) => each.acl !== acl);
  if (open.length > 0) throw new NeedsHuman(`${open.map((each) => each.subnet).join(', ')} did not take ${acl}.`);
  return acl;
}

function subnetsOf(estate: Estate | undefined, vpc?: string): readonly string[] {
  const here = (estate?.interfaces ?? []).filter((each) => vpc === undefined || each.vpc === vpc);
  return [...new Set(here.map((each) => each.subnet))].sort();
}
