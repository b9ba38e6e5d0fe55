import type { Estate, InstanceState } from '../estate/estate';
import type { InstanceKey } from '../incident/ids';

/** The instance as EC2, Auto Scaling, load balancing and SSM describe it. */
export interface EstateReader {
  /** reads: everything, each list to its last page; undefined when EC2 does not know the instance. */
  read(key: InstanceKey): Promise<Estate | undefined>;
}

export interface PowerState {
  readonly state: InstanceState;
  readonly reason: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** One instance's power. */
export interface InstancePower {
  /** reads: state, EC2's reason for the last change, and the tags; undefined when EC2 no longer knows it. */
  state(key: InstanceKey): Promise<PowerState | undefined>;
  /** changes: a graceful stop; harmless on an instance that is stopping already. */
  stop(key: InstanceKey): Promise<void>;
  /** changes: writes tags on the instance, its interfaces or volumes. */
  tag(key: InstanceKey, resources: readonly string[], tags: Readonly<Record<string, string>>): Promise<void>;
  /** changes: takes tags of ours off again; harmless when they are not there. */
  untag(key: InstanceKey, resources: readonly string[], keys: readonly string[]): Promise<void>;
}
