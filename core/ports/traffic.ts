import type { GroupMembership, TargetMembership } from '../estate/estate';
import type { InstanceKey } from '../incident/ids';

/** The instance's place in its Auto Scaling group and behind its load balancers. */
export interface Traffic {
  /** reads */
  groupExists(key: InstanceKey, group: string): Promise<boolean>;
  /** reads: undefined when it is in no group. */
  membership(key: InstanceKey): Promise<GroupMembership | undefined>;
  /**
   * changes: into standby, keeping desired capacity so that the group replaces it. `refused` carries the group's own
   * words (a minimum, a maximum or a state forbids).
   */
  enterStandby(key: InstanceKey, group: string): Promise<Attempt>;
  /** changes: out of standby into service. */
  exitStandby(key: InstanceKey, group: string): Promise<Attempt>;
  /** changes: out of the group, `decrement` lowers its desired capacity by one. */
  detach(key: InstanceKey, group: string, decrement: boolean): Promise<Attempt>;
  /** changes: into the group; raises desired capacity by one. */
  attach(key: InstanceKey, group: string): Promise<Attempt>;
  /**
   * changes: the last resort where the group lets it neither stand by nor leave: protected from scale-in, and the whole
   * group replaces no unhealthy instance, as scale-in protection does not hold back a failed health check.
   */
  hold(key: InstanceKey, group: string): Promise<Attempt>;
  /** changes: the group replaces unhealthy instances again, unless somebody had suspended that before the hold. */
  unhold(key: InstanceKey, before: GroupMembership): Promise<Attempt>;
  /** changes: whether the group may terminate the instance as it scales in. */
  protectFromScaleIn(key: InstanceKey, group: string, on: boolean): Promise<Attempt>;
  /** changes: takes it out of the target group; does not wait for draining. Harmless when it is not registered. */
  deregister(key: InstanceKey, target: TargetMembership): Promise<void>;
  /** changes: puts it back. Harmless when it is registered; `refused` where the target group is gone, full or of another VPC. */
  register(key: InstanceKey, target: TargetMembership): Promise<Attempt>;
  /** changes: Classic load balancer, as above. */
  deregisterClassic(key: InstanceKey, balancer: string): Promise<void>;
  /** changes: as above. */
  registerClassic(key: InstanceKey, balancer: string): Promise<Attempt>;
}

export type Attempt = { readonly status: 'done' } | { readonly status: 'refused'; readonly why: string };
