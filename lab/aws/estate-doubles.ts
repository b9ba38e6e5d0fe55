import type { Estates } from '../estate/world';
import { autoScalingDouble } from './autoscaling/double';
import { ebsDouble } from './ebs/double';
import { ec2Double } from './ec2/double';
import { classicElbDouble } from './elb/double';
import { elbV2Double } from './elbv2/double';
import { guardDutyDouble } from './guardduty/double';
import { iamDouble, type RolePolicyListener } from './iam/double';
import type { ServiceDouble } from './service';
import { ssmDouble } from './ssm/double';
import { type SessionMint, stsDouble } from './sts/double';

export interface EstateDoubleParts {
  readonly estates: Estates;
  readonly homeRegion: string;
  readonly mint: SessionMint;
  /** Told of inline role policies that come and go. */
  readonly rolePolicies?: RolePolicyListener;
}

/** Every double that answers from the estate. */
export function estateDoubles({
  estates,
  homeRegion,
  mint,
  rolePolicies,
}: EstateDoubleParts): readonly ServiceDouble[] {
  return [
    ec2Double(estates),
    autoScalingDouble(estates),
    elbV2Double(estates),
    classicElbDouble(estates),
    iamDouble(estates, homeRegion, rolePolicies),
    stsDouble(mint),
    ssmDouble(estates),
    guardDutyDouble(estates),
    ebsDouble(estates),
  ];
}
