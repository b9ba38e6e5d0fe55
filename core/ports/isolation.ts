import type { AttachedInterface, GroupRole, GroupRules } from '../estate/group-rules';
import type { IncidentId, InstanceKey } from '../incident/ids';

/** Our security groups of a VPC, and which groups an instance's interfaces carry. */
export interface Isolation {
  /** reads: the VPC's group of that role, by our tag. */
  findGroup(key: InstanceKey, vpc: string, role: GroupRole): Promise<string | undefined>;
  /**
   * changes: the group exists with exactly these rules afterwards, and was read again to prove it. Found by tag, made
   * when absent and tagged with the incident that made it; rules that are not in `rules` are revoked, EC2's default egress among them.
   */
  ensureGroup(
    key: InstanceKey,
    incident: IncidentId,
    wanted: { readonly vpc: string; readonly role: GroupRole; readonly rules: GroupRules },
  ): Promise<string>;
  /** reads: why the group lets in or out more than isolation may, in words; undefined when it does not. */
  leak(key: InstanceKey, group: string): Promise<string | undefined>;
  /** changes: removes the group; `in-use` when an interface still carries it, `absent` when there is none. */
  removeGroup(key: InstanceKey, group: string): Promise<'removed' | 'in-use' | 'absent'>;
  /** reads: the interfaces attached now, in order of their ids. */
  interfaces(key: InstanceKey): Promise<readonly AttachedInterface[]>;
  /** changes: sets the groups of one interface, absolutely; `no-group` when one of them is gone (nothing was changed). */
  setGroups(key: InstanceKey, networkInterface: string, groups: readonly string[]): Promise<'done' | 'no-group'>;
}
