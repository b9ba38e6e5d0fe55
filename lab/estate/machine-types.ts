import type { BlockDevice } from './storage-types';
import type { Tagged, Tags } from './tagged';

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

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
