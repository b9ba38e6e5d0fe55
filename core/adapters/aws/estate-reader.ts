import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CreateTagsCommand, DeleteTagsCommand, type EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2';
import type { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeInstanceInformationCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { AgentState, ProfileAttachment } from '../../estate/estate';
import type { Clock } from '../../ports/clock';
import type { EstateReader, InstancePower } from '../../ports/estate-reader';
import { calling, tagList, tagRecord } from './aws-call';
import {
  describeInstance,
  readInstance,
  readInterfaces,
  readProfile,
  readProfileUsers,
  readProtections,
  readVolumes,
  stateOf,
} from './estate-instance';
import { readNetwork } from './estate-network';
import { readClassic, readMembership, readTargets } from './estate-service';
import type { ClientAt } from './places';

export interface EstateClients {
  readonly ec2: ClientAt<EC2Client>;
  readonly autoscaling: ClientAt<AutoScalingClient>;
  readonly elbv2: ClientAt<ElasticLoadBalancingV2Client>;
  readonly elb: ClientAt<ElasticLoadBalancingClient>;
  readonly ssm: ClientAt<SSMClient>;
}

/** EstateReader over the real services. */
export function awsEstateReader(clients: EstateClients, clock: Clock): EstateReader {
  return {
    async read(key) {
      const ec2 = clients.ec2(key);
      const found = await describeInstance(ec2, key.instance);
      if (found === undefined) return undefined;
      const interfaces = readInterfaces(found);
      const names = [key.instance, ...interfaces.flatMap((each) => [...each.privateAddresses, ...each.ipv6Addresses])];
      const [instance, attributes, profile, volumes, network, group, targets, classicBalancers, agent] =
        await Promise.all([
          readInstance(ec2, key, found),
          readProtections(ec2, key.instance),
          profileOf(ec2, key.instance),
          readVolumes(ec2, found),
          readNetwork(ec2, found),
          readMembership(clients.autoscaling(key), key.instance),
          readTargets(clients.elbv2(key), new Set(interfaces.map((each) => each.vpc)), names),
          readClassic(clients.elb(key), key.instance),
          readAgent(clients.ssm(key), key.instance),
        ]);
      return {
        version: 1,
        recordedAt: clock.now().toISOString(),
        instance,
        attributes,
        interfaces,
        volumes,
        targets,
        classicBalancers,
        agent,
        network,
        ...(profile ? { profile } : {}),
        ...(group ? { group } : {}),
      };
    },
  };
}

async function profileOf(ec2: EC2Client, instance: string): Promise<ProfileAttachment | undefined> {
  const profile = await readProfile(ec2, instance);
  return profile && { ...profile, users: await readProfileUsers(ec2, profile.arn, instance) };
}

/** SSM's ping: `Online` within five minutes; registered and silent is `lost`. */
export async function readAgent(ssm: SSMClient, instance: string): Promise<AgentState> {
  const answer = await calling('ssm DescribeInstanceInformation', () =>
    ssm.send(new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [instance] }] })),
  );
  const found = answer.InstanceInformationList?.[0];
  if (found === undefined) return { ping: 'absent' };
  const ping = found.PingStatus === 'Online' ? 'online' : 'lost';
  return { ping, ...(found.AgentVersion ? { version: found.AgentVersion } : {}) };
}

/** InstancePower over EC2. */
export function awsInstancePower(ec2At: ClientAt<EC2Client>): InstancePower {
  return {
    async state(key) {
      const found = await describeInstance(ec2At(key), key.instance);
      if (found === undefined) return undefined;
      return { state: stateOf(found), reason: found.StateTransitionReason ?? '', tags: tagRecord(found.Tags) };
    },
    async stop(key) {
      const stop = new StopInstancesCommand({ InstanceIds: [key.instance] });
      await calling('ec2 StopInstances', () => ec2At(key).send(stop));
    },
    async tag(key, resources, tags) {
      const put = new CreateTagsCommand({ Resources: [...resources], Tags: tagList(tags) });
      await calling('ec2 CreateTags', () => ec2At(key).send(put));
    },
    async untag(key, resources, keys) {
      const take = new DeleteTagsCommand({ Resources: [...resources], Tags: keys.map((Key) => ({ Key })) });
      await calling('ec2 DeleteTags', () => ec2At(key).send(take));
    },
  };
}
