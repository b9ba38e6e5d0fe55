import { Aws } from 'aws-cdk-lib';
import { CfnEventBusPolicy } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';

/** Sources of events that member accounts forward; the hub's bus takes no others from them. */
export const FORWARDED = ['aws.autoscaling', 'aws.ec2', 'aws.ssm'] as const;

/** Member accounts put onto our default bus what parked steps wait for, each in its own name. */
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
