import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { NeedsHuman } from '../../errors';
import { calling } from './aws-call';
import { CLIENT_SETTINGS } from './clients';

/**
 * Environment variables of a session of the lookup role that the CDK bootstrap made in the caller's account. `cdk drift` takes
 * no role itself: it asks CloudFormation, and CloudFormation the resources, as whoever runs it.
 */
export async function lookupRole(region: string, qualifier: string): Promise<Readonly<Record<string, string>>> {
  const sts = new STSClient({ ...CLIENT_SETTINGS, region });
  const { Account: account, Arn: arn = '' } = await calling('sts GetCallerIdentity', () =>
    sts.send(new GetCallerIdentityCommand({})),
  );
  const role = `arn:${arn.split(':')[1] ?? 'aws'}:iam::${account}:role/cdk-${qualifier}-lookup-role-${account}-${region}`;
  const command = new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'cordon-drift' });
  const { Credentials: given } = await calling('sts AssumeRole', () => sts.send(command));
  if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken)
    throw new NeedsHuman(`STS gave no credentials for ${role}: is this account bootstrapped for CDK?`);
  return {
    AWS_ACCESS_KEY_ID: given.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: given.SecretAccessKey,
    AWS_SESSION_TOKEN: given.SessionToken,
  };
}
