import { hexHash } from '../time/seeded';
import { buildInstance } from './finding-instance';
import { buildNetwork, type Network } from './finding-network';
import { buildService } from './finding-service';
import { type FindingInstance, type FindingShape, readFindingShape } from './finding-shape';
import type { Instance } from './machine-types';
import type { Estate } from './types';
import type { Estates } from './world';

/** What the finding does not say, and a scenario may choose. */
export interface ScenarioOptions {
  /** How the subnet gets out: VPC endpoints for SSM and S3 (contain first), an internet gateway or a NAT gateway. */
  readonly reach?: 'endpoints' | 'internet' | 'nat' | 'none';
  /** Buckets the S3 gateway endpoint's policy is limited to; none: its policy allows everything. */
  readonly endpointBuckets?: readonly string[];
  readonly agent?: 'installed' | 'none';
  readonly state?: 'running' | 'stopped' | 'terminated';
  readonly lifecycle?: 'spot';
  readonly platform?: 'windows';
  /** Data volumes beside the root. */
  readonly dataVolumes?: number;
  readonly encryption?: 'none' | 'aws-managed';
  readonly instanceStore?: 'disks' | 'root';
  /** Interfaces beside those of the finding. */
  readonly extraInterfaces?: number;
  readonly ipv6?: boolean;
  /** Group sizes where the finding names an Auto Scaling group, or for one to be made. */
  readonly scaling?: { readonly min: number; readonly max: number; readonly desired: number } | 'none';
  readonly balancer?: 'application' | 'network' | 'classic' | 'none';
  /** Instances of other services in the same subnet. */
  readonly neighbours?: number;
  readonly sharedRole?: boolean;
  readonly profile?: 'none';
  readonly tags?: Readonly<Record<string, string>>;
  readonly transitGateway?: boolean;
}

/** Where and what the drill is about; `instance` undefined when the finding names none. */
export interface FindingEstate {
  readonly estate: Estate;
  readonly instance: Instance | undefined;
}

const INSTANCE_ID = /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;

/**
 * Makes the world that a finding speaks of: its instance with interfaces, groups, subnets, VPC, profile, volumes and
 * scaling group, in the finding's account and region, and the finding itself in GuardDuty. What the finding leaves out
 * gets a stand-in that depends on its ids alone. An event without instance (or with an impossible id) makes none.
 */
export function estateFromFinding(
  estates: Estates,
  event: unknown,
  options: ScenarioOptions = {},
): FindingEstate | undefined {
  const shape = readFindingShape(event);
  if (shape === undefined) return undefined;
  const estate = estates.at(shape.account, shape.region);
  const detector = shape.detector ?? hexHash(32, shape.account, shape.region, 'detector');
  estate.detectors.add(detector);
  if (shape.findingId !== undefined) estate.findings.set(shape.findingId, shape.finding);
  tellAdministrator(estates, shape);
  const details = shape.instance;
  const id = details?.instanceId;
  if (details === undefined || id === undefined || !INSTANCE_ID.test(id)) return { estate, instance: undefined };
  const known = estate.instances.get(id);
  if (known !== undefined) return { estate, instance: known };
  const network = buildNetwork(estate, details, options);
  const instance = buildInstance(estate, details, network, options);
  buildService(estate, instance, options);
  addNeighbours(estate, details, network, options);
  return { estate, instance };
}

/** What a member's detector finds is known to its administrator's detector, too. */
function tellAdministrator(estates: Estates, shape: FindingShape): void {
  if (shape.teller === shape.account) return;
  const administrator = estates.at(shape.teller, shape.region);
  administrator.detectors.add(hexHash(32, shape.teller, shape.region, 'detector'));
  if (shape.findingId !== undefined) administrator.findings.set(shape.findingId, shape.finding);
}

/** Other people's instances in the subnet: what a network ACL would hit. */
function addNeighbours(estate: Estate, details: FindingInstance, network: Network, options: ScenarioOptions): void {
  for (let index = 0; index < (options.neighbours ?? 1); index++) {
    const id = `i-0${hexHash(16, details.instanceId ?? '', 'neighbour', index)}`;
    const tags = [{ key: 'Name', value: `neighbour-${index + 1}` }];
    const neighbour: FindingInstance = { instanceId: id, instanceType: 't3.small', networkInterfaces: [], tags };
    buildInstance(estate, neighbour, { ...network, own: [] }, { scaling: 'none', profile: 'none' });
  }
}
