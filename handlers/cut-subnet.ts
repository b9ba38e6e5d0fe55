import { NeedsHuman } from '../core/errors';
import type { Estate } from '../core/estate/estate';
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
      const vpc = estate?.instance.vpc;
      const subnets = subnetsOf(estate);
      if (estate === undefined || vpc === undefined || subnets.length === 0)
        return { said: 'There is no subnet to cut.' };
      await mayBegin(ports.killSwitch, 'cutting the subnet');
      const now = await ports.acls.of(key, subnets);
      const acl = await ports.acls.ensureDenyAll(key, vpc, incident.id, now);
      const before = now.filter((each) => each.acl !== acl);
      for (const each of before) await ports.acls.replace(key, each.association, acl);
      const proof = await ports.acls.of(key, subnets);
      const open = proof.filter((each) => each.acl !== acl);
      if (open.length > 0) throw new NeedsHuman(`${open.map((each) => each.subnet).join(', ')} did not take ${acl}.`);
      const hit = estate.network.neighbours.length;
      return {
        said: `${acl} denies everything on ${subnets.join(', ')}; ${plural(hit, 'other instance')} in there cut off too.`,
        events: [{ type: 'SubnetCut', acl, subnets }],
      };
    });
}

export function subnetsOf(estate: Estate | undefined): readonly string[] {
  return [...new Set((estate?.interfaces ?? []).map((each) => each.subnet))].sort();
}
