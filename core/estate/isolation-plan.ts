import type { AttachedInterface, GroupRole, GroupRules } from './group-rules';
import type { Reach } from './reach';

/** Everything in and out, IPv4 and IPv6: flows become untracked, so that they end with the rule (forensics F1). */
export const ALLOW_ALL: GroupRules = { ingress: [{ kind: 'everywhere' }], egress: [{ kind: 'everywhere' }] };

/**
 * Nothing in. Out: TCP 443 to the groups of the SSM endpoints and to S3's prefix list, and only where that route ends in
 * our own buckets; else nothing, as an open S3 route would carry data away.
 */
export function isolationRules(reach: Reach): GroupRules {
  if (!reach.can) return { ingress: [], egress: [] };
  return {
    ingress: [],
    egress: [
      ...reach.endpointGroups.map((group) => ({ kind: 'https-to-group' as const, group })),
      { kind: 'https-to-prefix-list', prefixList: reach.prefixList },
    ],
  };
}

/** The group whose rules these are. */
export function isolationRole(reach: Reach): GroupRole {
  return reach.can ? 'isolation' : 'isolation-closed';
}

/** Exactly the isolation group and nothing beside it. */
export function isIsolated(networkInterface: AttachedInterface, isolationGroup: string): boolean {
  return networkInterface.groups.length === 1 && networkInterface.groups[0] === isolationGroup;
}
