import {
  DeleteRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { iamDouble } from '../../../../lab/aws/iam/double';
import { addRole } from '../../../../lab/estate/install';
import { closeServers, estateLab } from '../estate-lab';

afterEach(closeServers);

const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });

describe('the IAM double', () => {
  it('leads from a profile to its role and back', async () => {
    const lab = await estateLab((estates) => iamDouble(estates, 'eu-west-1'));
    const client = new IAMClient(lab.server.config);
    const profile = await client.send(new GetInstanceProfileCommand({ InstanceProfileName: 'web' }));
    const RoleName = profile.InstanceProfile?.Roles?.[0]?.RoleName;
    const back = await client.send(new ListInstanceProfilesForRoleCommand({ RoleName }));
    expect(back.InstanceProfiles?.map((one) => one.InstanceProfileName)).toEqual(['web']);
    const role = await client.send(new GetRoleCommand({ RoleName }));
    expect(decodeURIComponent(role.Role?.AssumeRolePolicyDocument ?? '')).toContain('ec2.amazonaws.com');
    expect((await client.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies).toEqual([]);
  });

  it('keeps an inline policy until it is deleted, and tells the listener', async () => {
    const told: (string | undefined)[] = [];
    const listener = {
      changed: (_: string, name: string, text: string | undefined) =>
        told.push(`${name} ${text === undefined ? 'gone' : 'set'}`),
    };
    const lab = await estateLab((estates) => iamDouble(estates, 'eu-west-1', listener));
    const client = new IAMClient(lab.server.config);
    const named = { RoleName: 'web', PolicyName: 'cordon-revoke' };
    await expect(client.send(new GetRolePolicyCommand(named))).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    await client.send(new PutRolePolicyCommand({ ...named, PolicyDocument: document }));
    const read = await client.send(new GetRolePolicyCommand(named));
    expect(decodeURIComponent(read.PolicyDocument ?? '')).toBe(document);
    await client.send(new DeleteRolePolicyCommand(named));
    await expect(client.send(new DeleteRolePolicyCommand(named))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    expect(told).toEqual(['cordon-revoke set', 'cordon-revoke gone']);
  });

  it('refuses to change a service-linked role', async () => {
    const lab = await estateLab((estates) => iamDouble(estates, 'eu-west-1'));
    addRole(lab.estate, { name: 'AWSServiceRoleForX', path: '/aws-service-role/x.amazonaws.com/' });
    const put = new PutRolePolicyCommand({ RoleName: 'AWSServiceRoleForX', PolicyName: 'p', PolicyDocument: document });
    await expect(new IAMClient(lab.server.config).send(put)).rejects.toMatchObject({
      name: 'UnmodifiableEntityException',
    });
  });
});
