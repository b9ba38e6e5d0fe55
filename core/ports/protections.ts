import type { ProfileAttachment, Protections } from '../estate/estate';
import type { InstanceKey } from '../incident/ids';

/** Attributes that keep the instance and its disks from being lost. */
export interface ProtectionControl {
  /** reads */
  read(key: InstanceKey): Promise<Protections>;
  /** changes: one attribute. A spot instance refuses stop protection and shutdown behaviour: `unsupported`. */
  set(key: InstanceKey, change: ProtectionChange): Promise<'done' | 'unsupported'>;
  /** reads: device → whether the volume goes with the instance. */
  deleteOnTermination(key: InstanceKey): Promise<Readonly<Record<string, boolean>>>;
  /** changes */
  keepVolume(key: InstanceKey, device: string, keep: boolean): Promise<void>;
}

export type ProtectionChange =
  | { readonly attribute: 'termination'; readonly on: boolean }
  | { readonly attribute: 'stop'; readonly on: boolean }
  | { readonly attribute: 'shutdown'; readonly behaviour: 'stop' | 'terminate' };

/** The instance profile attached to an instance. */
export interface ProfileControl {
  /** reads */
  current(key: InstanceKey): Promise<ProfileAttachment | undefined>;
  /** changes: replaces the association, or makes one when there is none; `no-profile` when there is no such profile. */
  set(key: InstanceKey, profileArn: string): Promise<'done' | 'no-profile'>;
  /** changes: leaves the instance without a profile. */
  remove(key: InstanceKey): Promise<void>;
}

/** Sessions of a role, revoked by an inline deny. */
export interface RoleSessions {
  /** reads: the role in an instance profile. */
  roleOf(key: InstanceKey, profileArn: string): Promise<string | undefined>;
  /** reads: other instances that use the profile now: a revocation must say whom it leaves alone. */
  othersUsing(key: InstanceKey, profileArn: string): Promise<readonly string[]>;
  /** changes: puts the inline policy; the same name again replaces it. */
  deny(key: InstanceKey, role: string, policyName: string, document: string): Promise<void>;
  /** changes: removes it; harmless when it is not there. */
  allow(key: InstanceKey, role: string, policyName: string): Promise<void>;
}
