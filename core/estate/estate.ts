import type { AccountId, InstanceId, RegionName } from '../incident/ids';

/**
 * The responder's view of one instance before anything was changed. It is stored whole in S3 and named in the ledger
 * by its SHA-256; `release` restores from it, so every part that a step changes has its earlier value here.
 */
export interface Estate {
  readonly version: 1;
  readonly recordedAt: string;
  readonly instance: EstateInstance;
  readonly attributes: Protections;
  readonly profile?: ProfileAttachment;
  readonly interfaces: readonly EstateInterface[];
  readonly volumes: readonly EstateVolume[];
  readonly group?: GroupMembership;
  readonly targets: readonly TargetMembership[];
  /** Names of Classic load balancers the instance is registered with. */
  readonly classicBalancers: readonly string[];
  readonly agent: AgentState;
  readonly network: NetworkAround;
}

export interface EstateInstance {
  readonly id: InstanceId;
  readonly account: AccountId;
  readonly region: RegionName;
  readonly state: InstanceState;
  readonly type: string;
  readonly architecture: string;
  readonly platform: 'linux' | 'windows';
  readonly lifecycle: 'on-demand' | 'spot' | 'scheduled';
  readonly zone: string;
  readonly vpc?: string;
  readonly subnet?: string;
  readonly image: string;
  readonly launchedAt: string;
  readonly privateAddress?: string;
  readonly publicAddress?: string;
  readonly rootDevice?: string;
  readonly memoryMiB: number;
  readonly tags: Readonly<Record<string, string>>;
}

export const INSTANCE_STATES = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'] as const;
export type InstanceState = (typeof INSTANCE_STATES)[number];

/** Three attributes, three calls: EC2 changes one attribute per ModifyInstanceAttribute. */
export interface Protections {
  readonly termination: boolean;
  readonly stop: boolean;
  readonly shutdown: 'stop' | 'terminate';
}

export interface ProfileAttachment {
  readonly association: string;
  readonly arn: string;
  /** Other instances of the account and region that have it too. */
  readonly users?: readonly string[];
}

export interface EstateInterface {
  readonly id: string;
  readonly vpc: string;
  readonly subnet: string;
  readonly deviceIndex: number;
  readonly groups: readonly string[];
  readonly privateAddresses: readonly string[];
  readonly ipv6Addresses: readonly string[];
  readonly publicAddress?: string;
  /** Branch interfaces of pods hang on it, each with groups of its own. */
  readonly trunk?: true;
}

export interface EstateVolume {
  readonly device: string;
  readonly volume: string;
  readonly gib: number;
  readonly deleteOnTermination: boolean;
  readonly encrypted: boolean;
  readonly key?: string;
}

export interface GroupMembership {
  readonly name: string;
  readonly lifecycle: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly healthCheck: string;
  readonly protectedFromScaleIn: boolean;
  /** Processes somebody had suspended; absent when none. */
  readonly suspended?: readonly string[];
}

export interface TargetMembership {
  readonly targetGroup: string;
  /** The registered id: an instance id, or one of the instance's addresses. */
  readonly target: string;
  readonly port?: number;
  readonly zone?: string;
  /** A network or gateway load balancer's flows stay tracked whatever the groups say (forensics F2). */
  readonly balancer: 'application' | 'network' | 'gateway' | 'none';
}

export interface AgentState {
  readonly ping: 'online' | 'lost' | 'absent';
  readonly version?: string;
}

/** What lies around the instance's subnets; facts only, the conclusions are in reach.ts and residual-flows.ts. */
export interface NetworkAround {
  readonly interfaceEndpoints: readonly InterfaceEndpoint[];
  readonly gatewayEndpoints: readonly GatewayEndpoint[];
  /** Targets of the routes of the instance's own route tables. */
  readonly routes: readonly Route[];
  /** Other instances in the instance's subnets: what a subnet NACL would hit too. */
  readonly neighbours: readonly { readonly id: string; readonly subnet: string; readonly name?: string }[];
  /** True when a Global Accelerator owns an interface in one of the subnets (accelerated flows are tracked, F2). */
  readonly accelerated: boolean;
}

export interface InterfaceEndpoint {
  readonly id: string;
  readonly service: string;
  readonly privateDns: boolean;
  readonly available: boolean;
  readonly groups: readonly EndpointGroup[];
}

export interface EndpointGroup {
  readonly id: string;
  /** Ingress on TCP 443: the sources it admits. */
  readonly cidrs: readonly string[];
  readonly sources: readonly string[];
}

export interface GatewayEndpoint {
  readonly id: string;
  readonly service: string;
  readonly prefixList?: string;
  /** True when the subnet's own route table has the endpoint. */
  readonly routed: boolean;
  /** The endpoint policy, a JSON text as AWS stores it. */
  readonly policy: string;
}

export interface Route {
  readonly destination: string;
  readonly via: 'nat' | 'transit-gateway' | 'firewall' | 'internet' | 'local' | 'peering' | 'endpoint' | 'other';
  readonly target: string;
}
