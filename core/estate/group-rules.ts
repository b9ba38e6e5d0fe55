export type GroupRole = 'isolation' | 'allow-all';

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
