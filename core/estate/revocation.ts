import type { InstanceKey } from '../incident/ids';

/** Name of the inline policy: one per instance, so that a second revocation replaces the first. */
export function revocationPolicyName(key: InstanceKey): string {
  return `cordon-revoke-${key.instance}`;
}

/**
 * Denies everything to sessions that this instance was given before `at`, and to nothing else: credentials delivered to
 * an instance carry `ec2:SourceInstanceARN`, and their session name is the instance id (forensics F9, F10). Both
 * conditions are in one statement, so both must hold together with the issue time.
 */
export function revocationPolicy(key: InstanceKey, partition: string, at: Date): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'CordonRevokeOneInstance',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: {
          StringLike: { 'aws:userid': `*:${key.instance}` },
          ArnEquals: {
            'ec2:SourceInstanceARN': `arn:${partition}:ec2:${key.region}:${key.account}:instance/${key.instance}`,
          },
          DateLessThan: { 'aws:TokenIssueTime': at.toISOString() },
        },
      },
    ],
  });
}

/**
 * The longest that a session of a role lives (IAM User Guide, "Update the maximum session duration for a role"): so long
 * after a revocation, its policy denies nothing that is still alive.
 */
const LONGEST_SESSION_MS = 12 * 3_600_000;

/** When the revocation may be taken away without giving anything back to whoever holds an old session. */
export function revocationSpent(at: string): Date {
  return new Date(Date.parse(at) + LONGEST_SESSION_MS);
}

/** The role cannot be narrowed when IAM made it for a service: such a role takes no inline policy. */
export function isServiceLinked(role: string): boolean {
  return role.startsWith('AWSServiceRoleFor');
}
