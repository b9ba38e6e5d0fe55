import {
  DeregisterInstancesFromLoadBalancerCommand,
  DescribeInstanceHealthCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingClient,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import { classicElbDouble } from '../../../../lab/aws/elb/double';
import { closeServers, estateLab } from '../estate-lab';

afterEach(closeServers);

it('a classic balancer loses and regains its instance', async () => {
  const lab = await estateLab(classicElbDouble, { balancer: 'classic' });
  const client = new ElasticLoadBalancingClient(lab.server.config);
  const all = await client.send(new DescribeLoadBalancersCommand({}));
  const LoadBalancerName = all.LoadBalancerDescriptions?.[0]?.LoadBalancerName;
  const Instances = [{ InstanceId: lab.instance.id }];
  const health = new DescribeInstanceHealthCommand({ LoadBalancerName });
  expect((await client.send(health)).InstanceStates).toMatchObject([
    { InstanceId: lab.instance.id, State: 'InService' },
  ]);
  await client.send(new DeregisterInstancesFromLoadBalancerCommand({ LoadBalancerName, Instances }));
  expect((await client.send(health)).InstanceStates).toEqual([]);
  const back = await client.send(new RegisterInstancesWithLoadBalancerCommand({ LoadBalancerName, Instances }));
  expect(back.Instances).toEqual(Instances);
});
