/**
 * Our groups of a VPC. `isolation` lets out to the VPC endpoints, `isolation-closed` nothing at all: which one an instance
 * may have hangs on its own subnets, so instances of one VPC must not share the rules of one group.
 */
export type GroupRole = 'isolation' | 'isolation-closed' | 'allow-all';

/** Either of them cuts an interface off. */
export const ISOLATING = ['isolation', 'isolation-closed'] as const satisfies readonly GroupRole[];

/** A rule of ours: everything, or TCP 443 to a group or a prefix list. */
export type Peer =
  | { readonly kind: 'everywhere' }
  | { readonly kind: 'https-to-group'; readonly group: string }
  | { readonly kind: 'https-to-prefix-list'; readonly prefixList: string };

export interface GroupRules {
  readonly ingress: readonly Peer[];
  readonly egress: readonly Peer[];
}

export interface AttachedInterface {
  readonly id: string;
  readonly vpc: string;
  readonly groups: readonly string[];
}
