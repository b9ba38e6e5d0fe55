import type { AccessCheck, Principal } from '../aws/service';
import type { Clock } from '../time/clock';
import type { Durations } from './durations';
import type { EstateIds } from './ids';

export type Tags = Map<string, string>;

/** Anything EC2 can tag, found by its id. */
export interface Tagged {
  readonly id: string;
  readonly tags: Tags;
}

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

export interface BlockDevice {
  readonly device: string;
  readonly volume: string;
  deleteOnTermination: boolean;
  readonly attachedAt: number;
}

/** `none`: never registered with SSM. Whether an installed agent is online depends on what the network lets through. */
export type Agent = 'installed' | 'none';

export interface Instance extends Tagged {
  readonly account: string;
  readonly image: string;
  readonly type: string;
  readonly zone: string;
  readonly subnet: string;
  readonly vpc: string;
  readonly launchedAt: number;
  readonly lifecycle: 'spot' | undefined;
  readonly platform: 'windows' | undefined;
  readonly architecture: 'x86_64' | 'arm64';
  readonly rootDevice: string;
  readonly rootType: 'ebs' | 'instance-store';
  /** Instance-store disks: their data is gone when the instance stops. */
  readonly ephemeralDisks: number;
  readonly agent: Agent;
  readonly clientToken: string | undefined;
  readonly launchTemplate: string | undefined;
  readonly metadataTokens: 'required' | 'optional';
  readonly metadataTags: boolean;
  readonly userData: string | undefined;
  readonly hibernation: boolean;
  readonly keyName: string | undefined;
  state: InstanceState;
  stateReason: string | undefined;
  interfaces: string[];
  devices: BlockDevice[];
  disableApiTermination: boolean;
  disableApiStop: boolean;
  shutdownBehavior: 'stop' | 'terminate';
}

export interface NetworkInterface extends Tagged {
  readonly account: string;
  readonly vpc: string;
  readonly subnet: string;
  readonly zone: string;
  readonly mac: string;
  readonly privateIp: string;
  readonly ipv6: readonly string[];
  readonly publicIp: string | undefined;
  readonly type: 'interface' | 'network_load_balancer' | 'natGateway' | 'vpc_endpoint';
  readonly description: string;
  attachment: { readonly id: string; readonly instance: string; readonly index: number } | undefined;
  deleteOnTermination: boolean;
  groups: readonly string[];
  sourceDestCheck: boolean;
  establishedTimeout: number | undefined;
  /** Every set of groups it ever had, oldest first: what a test asks to see that allow-all never stayed. */
  readonly groupHistory: { readonly at: number; readonly groups: readonly string[] }[];
}

export type RuleSource =
  | { readonly kind: 'cidr4' | 'cidr6' | 'prefix-list'; readonly value: string }
  | { readonly kind: 'group'; readonly value: string; readonly account: string };

export interface SecurityRule extends Tagged {
  readonly egress: boolean;
  /** `-1` for all protocols, else `tcp`, `udp`, `icmp`, `icmpv6` or a number as text. */
  readonly protocol: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly source: RuleSource;
  readonly description: string | undefined;
}

export interface SecurityGroup extends Tagged {
  readonly account: string;
  readonly name: string;
  readonly description: string;
  readonly vpc: string;
  rules: SecurityRule[];
}

export interface Vpc extends Tagged {
  readonly account: string;
  readonly cidr: string;
  readonly cidr6: string | undefined;
  readonly isDefault: boolean;
}

export interface Subnet extends Tagged {
  readonly account: string;
  readonly vpc: string;
  readonly zone: string;
  readonly cidr: string;
  readonly cidr6: string | undefined;
  readonly mapPublicIp: boolean;
}

export interface Route {
  readonly destination: string;
  /** igw-, nat-, tgw-, vpce-, `local` … */
  readonly target: string;
}

export interface RouteTable extends Tagged {
  readonly account: string;
  readonly vpc: string;
  readonly main: boolean;
  readonly subnets: readonly string[];
  routes: Route[];
}

export interface VpcEndpoint extends Tagged {
  readonly account: string;
  readonly vpc: string;
  readonly service: string;
  readonly type: 'Interface' | 'Gateway';
  readonly subnets: readonly string[];
  readonly routeTables: readonly string[];
  readonly groups: readonly string[];
  readonly privateDns: boolean;
  readonly policy: string;
  state: 'pending' | 'available' | 'deleting' | 'deleted';
}

/** A NAT gateway, internet gateway or transit gateway attachment: what a flow may be tracked through. */
export interface Gateway extends Tagged {
  readonly account: string;
  readonly kind: 'nat' | 'internet' | 'transit-attachment';
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly gateway: string | undefined;
}

export interface AclEntry {
  readonly number: number;
  readonly egress: boolean;
  readonly protocol: string;
  readonly action: 'allow' | 'deny';
  readonly cidr: string | undefined;
  readonly cidr6: string | undefined;
  readonly ports: { readonly from: number; readonly to: number } | undefined;
}

export interface NetworkAcl extends Tagged {
  readonly account: string;
  readonly vpc: string;
  readonly isDefault: boolean;
  entries: AclEntry[];
  associations: { id: string; subnet: string }[];
}

export interface PrefixList extends Tagged {
  readonly name: string;
  readonly cidrs: readonly string[];
}

export type VolumeState = 'creating' | 'available' | 'in-use' | 'deleting' | 'deleted' | 'error';

export interface Volume extends Tagged {
  readonly account: string;
  readonly gib: number;
  readonly type: string;
  readonly zone: string;
  readonly encrypted: boolean;
  readonly kmsKey: string | undefined;
  readonly snapshot: string | undefined;
  readonly createdAt: number;
  readonly clientToken: string | undefined;
  /** What is written on it: copies and clones of one disk share it, and so the EBS direct APIs show equal blocks. */
  readonly content: string;
  state: VolumeState;
  attachment:
    | { readonly instance: string; readonly device: string; state: 'attaching' | 'attached' | 'detaching'; at: number }
    | undefined;
}

export interface SnapshotLock {
  readonly mode: 'governance' | 'compliance';
  readonly lockedAt: number;
  readonly days: number;
  readonly expiresAt: number;
}

export interface Snapshot extends Tagged {
  readonly account: string;
  readonly volume: string;
  readonly gib: number;
  readonly encrypted: boolean;
  readonly kmsKey: string | undefined;
  readonly description: string;
  readonly startedAt: number;
  readonly content: string;
  state: 'pending' | 'completed' | 'error';
  stateMessage: string | undefined;
  completedAt: number | undefined;
  lock: SnapshotLock | undefined;
}

export interface ProfileAssociation {
  readonly id: string;
  readonly instance: string;
  readonly profileArn: string;
  state: 'associating' | 'associated' | 'disassociating';
  readonly at: number;
}

export interface InstanceProfile {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  /** Role ARNs; IAM allows one. */
  readonly roles: readonly string[];
}

export interface Role {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly trust: string;
  readonly tags: Tags;
  readonly attached: readonly { readonly arn: string; readonly name: string }[];
  readonly inline: Map<string, string>;
}

export interface LaunchTemplate extends Tagged {
  readonly account: string;
  readonly name: string;
  /** Version numbers count from 1; each is the RequestLaunchTemplateData of the template. */
  readonly versions: readonly LaunchTemplateData[];
  readonly defaultVersion: number;
}

/** The part of launch template data that the lab follows; RunInstances may override each. */
export interface LaunchTemplateData {
  readonly imageId?: string;
  readonly instanceType?: string;
  readonly profileArn?: string;
  readonly groups?: readonly string[];
  readonly subnet?: string;
  readonly userData?: string;
  readonly keyName?: string;
  readonly metadataTokens?: 'required' | 'optional';
  readonly metadataTags?: boolean;
  readonly shutdownBehavior?: 'stop' | 'terminate';
  readonly publicIp?: boolean;
  readonly tags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly devices?: readonly LaunchDevice[];
}

export interface LaunchDevice {
  readonly device: string;
  readonly gib?: number;
  readonly encrypted?: boolean;
  readonly kmsKey?: string;
  readonly type?: string;
  readonly deleteOnTermination?: boolean;
}

export type MemberState = 'Pending' | 'InService' | 'EnteringStandby' | 'Standby' | 'Terminating' | 'Detaching';

export interface ScalingMember {
  readonly instance: string;
  state: MemberState;
  health: 'Healthy' | 'Unhealthy';
  protectedFromScaleIn: boolean;
}

export interface ScalingGroup {
  readonly account: string;
  readonly name: string;
  readonly arn: string;
  readonly subnets: readonly string[];
  readonly healthCheck: 'EC2' | 'ELB';
  readonly launchTemplate: string;
  readonly tags: Tags;
  min: number;
  max: number;
  desired: number;
  members: ScalingMember[];
  targetGroups: readonly string[];
  classicBalancers: readonly string[];
  suspended: readonly string[];
}

export interface Target {
  readonly id: string;
  readonly port: number;
  state: 'initial' | 'healthy' | 'unhealthy' | 'draining';
}

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly vpc: string;
  readonly protocol: string;
  readonly port: number;
  readonly balancers: readonly string[];
  /** An ALB is `application`; flows through a `network` balancer are tracked whatever the group says. */
  readonly kind: 'application' | 'network';
  targets: Target[];
}

export interface ClassicBalancer {
  readonly name: string;
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
  instances: string[];
}

export interface Document {
  readonly name: string;
  readonly version: string;
  readonly content: DocumentContent;
}

/** What SSM reads in a Command document before it sends anything. */
export interface DocumentContent {
  readonly parameters?: Readonly<Record<string, DocumentParameter>>;
}

export interface DocumentParameter {
  readonly type: string;
  readonly default?: unknown;
  readonly allowedPattern?: string;
  readonly allowedValues?: readonly unknown[];
  readonly maxChars?: number;
}

export type CommandStatus = 'Pending' | 'InProgress' | 'Success' | 'Failed' | 'TimedOut' | 'Cancelling' | 'Cancelled';

export interface Command {
  readonly id: string;
  readonly account: string;
  readonly document: string;
  readonly comment: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly requestedAt: number;
  readonly deliveryTimeoutMs: number;
  readonly invocations: Invocation[];
}

export interface Invocation {
  readonly instance: string;
  status: CommandStatus;
  details: string;
  startedAt: number | undefined;
  endedAt: number | undefined;
  exitCode: number;
  output: string;
  errorOutput: string;
}

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
