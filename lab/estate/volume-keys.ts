import type { AccessCheck, Principal } from '../aws/service';
import type { Estate } from './types';

/** Keys that AWS manages for EBS: usable by everyone in the account, shared with nobody (F19). */
export function isAwsManaged(key: string): boolean {
  return key === 'alias/aws/ebs' || key.endsWith(':alias/aws/ebs') || key.endsWith('/aws-ebs');
}

/** The questions KMS asks on EBS's behalf when a customer key encrypts a volume or snapshot. */
export function keyChecks(estate: Estate, key: string): AccessCheck[] {
  const { region, account } = estate.parts;
  const via = { 'kms:ViaService': `ec2.${region}.amazonaws.com`, 'kms:CallerAccount': account };
  return [
    { action: 'kms:DescribeKey', resource: key, context: via },
    {
      action: 'kms:CreateGrant',
      resource: key,
      context: { ...via, 'kms:GrantIsForAWSResource': 'true', 'kms:GranteePrincipal': `ec2.${region}.amazonaws.com` },
    },
    { action: 'kms:GenerateDataKeyWithoutPlaintext', resource: key, context: via },
    { action: 'kms:ReEncryptFrom', resource: key, context: via },
    { action: 'kms:ReEncryptTo', resource: key, context: via },
    { action: 'kms:Decrypt', resource: key, context: via },
  ];
}

/** What EBS would say later: KmsKeyId is read after the call was answered (F19). Undefined when the key may be used. */
export function keyProblem(estate: Estate, by: Principal, key: string | undefined): string | undefined {
  if (key === undefined || isAwsManaged(key)) return undefined;
  const denied = estate.parts.denied(by, keyChecks(estate, key));
  if (denied === undefined) return undefined;
  return `Given key ID is not accessible (${denied.action} on ${key} is not allowed).`;
}
