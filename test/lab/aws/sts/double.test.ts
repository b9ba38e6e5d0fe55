import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type SessionMint, stsDouble } from '../../../../lab/aws/sts/double';
import { closeServers, estateLab } from '../estate-lab';

afterEach(closeServers);

const mint: SessionMint = {
  trusts: (roleArn, principal, externalId) =>
    roleArn.endsWith('role/member') && principal.account === '111122223333' && externalId === 'x',
  mint: ({ name, seconds }) => ({
    AccessKeyId: `ASIA${name}`,
    SecretAccessKey: 's',
    SessionToken: 't',
    Expiration: new Date(seconds * 1000),
  }),
};

describe('the STS double', () => {
  it('names the caller', async () => {
    const lab = await estateLab(() => stsDouble(mint));
    const me = await new STSClient(lab.server.config).send(new GetCallerIdentityCommand({}));
    expect(me).toMatchObject({ Account: '111122223333', Arn: 'arn:aws:sts::111122223333:assumed-role/test/session' });
  });

  it('mints a session for a role that trusts the caller, and refuses any other', async () => {
    const lab = await estateLab(() => stsDouble(mint));
    const client = new STSClient(lab.server.config);
    const member = { RoleArn: 'arn:aws:iam::444455556666:role/member', RoleSessionName: 'cordon', ExternalId: 'x' };
    const answer = await client.send(new AssumeRoleCommand({ ...member, DurationSeconds: 900 }));
    expect(answer.Credentials).toMatchObject({ AccessKeyId: 'ASIAcordon', Expiration: new Date(900_000) });
    expect(answer.AssumedRoleUser?.Arn).toBe('arn:aws:sts::444455556666:assumed-role/member/cordon');
    // The caller is a role itself: an hour at most.
    await expect(client.send(new AssumeRoleCommand({ ...member, DurationSeconds: 3601 }))).rejects.toMatchObject({
      name: 'ValidationError',
    });
    await expect(client.send(new AssumeRoleCommand({ ...member, ExternalId: 'y' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });
});
