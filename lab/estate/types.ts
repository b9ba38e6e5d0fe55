import type { AccessCheck, Principal } from '../aws/service';
import type { Clock } from '../time/clock';
import type { Command, Document } from './command-types';
import type { Durations } from './durations';
import type { EstateIds } from './ids';
import type { Instance, InstanceProfile, LaunchTemplate, ProfileAssociation, Role } from './machine-types';
import type {
  Gateway,
  NetworkAcl,
  NetworkInterface,
  PrefixList,
  RouteTable,
  SecurityGroup,
  Subnet,
  Vpc,
  VpcEndpoint,
} from './network-types';
import type { ClassicBalancer, ScalingGroup, TargetGroup } from './scaling-types';
import type { Snapshot, Volume } from './storage-types';

/** One thing that changed, for the page and for tests that count effects. */
export interface EffectNote {
  readonly at: number;
  readonly what: string;
  readonly on: string;
}

export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What a lab may break on purpose. */
export interface Faults {
  /** True: this type cannot be had in this zone now. */
  insufficientCapacity(type: string, zone: string): boolean;
}

/** Runs a document on an instance; the lab's default is lab/estate/executor.ts. */
export interface CommandExecutor {
  /** Resolves when the document ends; `reachable` says whether the host still gets to SSM and S3. */
  run(work: CommandWork): Promise<CommandResult>;
  /** Called when an instance has booted: user data runs. */
  boot?(estate: Estate, instance: Instance): Promise<void>;
}

export interface CommandWork {
  readonly estate: Estate;
  readonly instance: Instance;
  readonly command: Command;
  reachable(): boolean;
}

export interface CommandResult {
  readonly status: 'Success' | 'Failed' | 'TimedOut';
  readonly exitCode: number;
  readonly output: string;
  readonly errorOutput: string;
}

/** What an estate is given from outside. */
export interface EstateParts {
  readonly account: string;
  readonly region: string;
  readonly seed: string;
  readonly clock: Pick<Clock, 'now' | 'setTimer'>;
  readonly durations: Durations;
  readonly faults: Faults;
  emit(event: BusEvent): void;
  executor(): CommandExecutor;
  /** The first of these questions that IAM (and the key policy) answers with no; asked for what AWS checks later. */
  denied(principal: Principal, checks: readonly AccessCheck[]): AccessCheck | undefined;
}

/** One account's EC2 world in one region: plain data; every change goes through the functions beside this file. */
export interface Estate {
  readonly parts: EstateParts;
  readonly ids: EstateIds;
  readonly effects: EffectNote[];
  /** Called with an instance's id when its groups or state changed. */
  readonly watchers: ((instance: string) => void)[];
  readonly instances: Map<string, Instance>;
  readonly interfaces: Map<string, NetworkInterface>;
  readonly groups: Map<string, SecurityGroup>;
  readonly vpcs: Map<string, Vpc>;
  readonly subnets: Map<string, Subnet>;
  readonly routeTables: Map<string, RouteTable>;
  readonly endpoints: Map<string, VpcEndpoint>;
  readonly gateways: Map<string, Gateway>;
  readonly acls: Map<string, NetworkAcl>;
  readonly prefixLists: Map<string, PrefixList>;
  readonly volumes: Map<string, Volume>;
  readonly snapshots: Map<string, Snapshot>;
  readonly associations: Map<string, ProfileAssociation>;
  /** By ARN. */
  readonly profiles: Map<string, InstanceProfile>;
  /** By name. */
  readonly roles: Map<string, Role>;
  readonly launchTemplates: Map<string, LaunchTemplate>;
  /** By name. */
  readonly scalingGroups: Map<string, ScalingGroup>;
  /** By ARN. */
  readonly targetGroups: Map<string, TargetGroup>;
  readonly classicBalancers: Map<string, ClassicBalancer>;
  readonly documents: Map<string, Document>;
  readonly commands: Map<string, Command>;
  readonly parameters: Map<string, string>;
  readonly detectors: Set<string>;
  /** GuardDuty findings by id, as its API and its events write them. */
  readonly findings: Map<string, Record<string, unknown>>;
}
