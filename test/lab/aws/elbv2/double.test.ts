import {
  DeregisterTargetsCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { elbV2Double } from '../../../../lab/aws/elbv2/double';
import { closeServers, estateLab } from '../estate-lab';

afterEach(closeServers);

describe('the load balancing v2 double', () => {
  it('drains a target for the deregistration delay, then knows it no more', async () => {
    const lab = await estateLab(elbV2Double);
    const client = new ElasticLoadBalancingV2Client(lab.server.config);
    const groups = await client.send(new DescribeTargetGroupsCommand({}));
    const TargetGroupArn = groups.TargetGroups?.[0]?.TargetGroupArn;
    const Targets = [{ Id: lab.instance.id }];
    const health = new DescribeTargetHealthCommand({ TargetGroupArn, Targets });
    const state = async () => (await client.send(health)).TargetHealthDescriptions?.[0]?.TargetHealth?.State;
    expect(await state()).toBe('healthy');
    await client.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets }));
    expect(await state()).toBe('draining');
    await lab.pass(301_000);
    expect(await state()).toBe('unused');
    await client.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
    expect(await state()).toBe('initial');
    await lab.pass(31_000);
    expect(await state()).toBe('healthy');
  });

  it('says whether a balancer is an application or a network one', async () => {
    const lab = await estateLab(elbV2Double, { balancer: 'network' });
    const answer = await new ElasticLoadBalancingV2Client(lab.server.config).send(new DescribeLoadBalancersCommand({}));
    expect(answer.LoadBalancers).toMatchObject([{ Type: 'network' }]);
  });

  it('does not know a group it does not have', async () => {
    const lab = await estateLab(elbV2Double);
    const client = new ElasticLoadBalancingV2Client(lab.server.config);
    await expect(client.send(new DescribeTargetHealthCommand({ TargetGroupArn: 'arn:none' }))).rejects.toMatchObject({
      name: 'TargetGroupNotFoundException',
    });
  });
});
