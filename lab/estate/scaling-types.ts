import type { Tags } from './tagged';

export type MemberState = 'Pending' | 'InService' | 'EnteringStandby' | 'Standby' | 'Terminating' | 'Detaching';

export interface ScalingMember {
  readonly instance: string;
  state: MemberState;
  health: 'Healthy' | 'Unhealthy';
  protectedFromScaleIn: boolean;
}

export interface ScalingGroup {
  readonly account: string;
  readonly name: string;
  readonly arn: string;
  readonly subnets: readonly string[];
  readonly healthCheck: 'EC2' | 'ELB';
  readonly launchTemplate: string;
  readonly tags: Tags;
  min: number;
  max: number;
  desired: number;
  members: ScalingMember[];
  targetGroups: readonly string[];
  classicBalancers: readonly string[];
  suspended: readonly string[];
}

export interface Target {
  /** An instance's id; its address in a group of addresses. */
  readonly id: string;
  readonly port: number;
  state: 'initial' | 'healthy' | 'unhealthy' | 'draining';
}

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly vpc: string;
  readonly protocol: string;
  readonly port: number;
  readonly balancers: readonly string[];
  /** An ALB is `application`; flows through a `network` balancer are tracked whatever the group says. */
  readonly kind: 'application' | 'network';
  readonly targetType: 'instance' | 'ip';
  targets: Target[];
}

export interface ClassicBalancer {
  readonly name: string;
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
  instances: string[];
}
