import { _InstanceType } from '@aws-sdk/client-ec2';

/** Whether this SDK knows the type; a newer one is not asked about and not launched. */
export function isInstanceType(type: string): type is _InstanceType {
  return Object.values<string>(_InstanceType).includes(type);
}
