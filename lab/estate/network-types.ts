import type { Tagged } from './tagged';

export interface NetworkInterface extends Tagged {
  readonly account: string;
  readonly vpc: string;
  readonly subnet: string;
  readonly zone: string;
  readonly mac: string;
  readonly privateIp: string;
  readonly ipv6: readonly string[];
  readonly publicIp: string | undefined;
  readonly type: 'interface' | 'trunk' | 'network_load_balancer' | 'natGateway' | 'vpc_endpoint';
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
