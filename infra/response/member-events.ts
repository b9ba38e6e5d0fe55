import { Aws } from 'aws-cdk-lib';
import { CfnEventBusPolicy } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';

/** Sources of events that member accounts forward; the hub's bus takes no others from them. */
export const FORWARDED = ['aws.autoscaling', 'aws.cloudwatch', 'aws.ec2', 'aws.ssm'] as const;

/** Beginning of the names of a member's own alarms, whatever its stack is called: the hub tells them in Slack, too. */
export const MEMBER_ALARMS = 'cordon-member-';

/** Member accounts put onto our default bus what parked steps wait for and their own alarms, each in its own name. */
export function takeMemberEvents(scope: Construct, accounts: readonly string[]): void {
  for (const account of accounts) {
    new CfnEventBusPolicy(scope, `EventsOf${account}`, {
      statementId: `cordon-${account}`,
      statement: {
        Sid: `cordon-${account}`,
        Effect: 'Allow',
        Principal: { AWS: `arn:${Aws.PARTITION}:iam::${account}:root` },
        Action: 'events:PutEvents',
        Resource: `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:event-bus/default`,
        Condition: { 'ForAllValues:StringEquals': { 'events:source': [...FORWARDED] } },
      },
    });
  }
}
