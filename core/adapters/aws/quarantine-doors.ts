import {
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeInstancesCommand,
  DescribeVpcEndpointsCommand,
  type EC2Client,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import { AGENT_ACTIONS } from '../../agent-actions';
import { Transient } from '../../errors';
import type { IncidentId } from '../../incident/ids';
import { calling, everyPage, orElse, tagList, tagRecord } from './aws-call';

export interface DoorSettings {
  readonly account: string;
  readonly region: string;
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly group: string;
}

/** SSM Agent's two channels (forensics F31); S3 is a gateway endpoint of the stack. */
const SERVICES = ['ssm', 'ssmmessages'] as const;

/** Makes what is missing of the quarantine's interface endpoints. Found by tag; a second of the same service is refused by EC2. */
export async function openDoors(ec2: EC2Client, settings: DoorSettings): Promise<void> {
  const found = await ours(ec2, settings.vpc);
  for (const service of SERVICES) {
    const name = `com.amazonaws.${settings.region}.${service}`;
    if (found.some((each) => each.ServiceName === name)) continue;
    const command = new CreateVpcEndpointCommand({
      VpcId: settings.vpc,
      ServiceName: name,
      VpcEndpointType: 'Interface',
      SubnetIds: [...settings.subnets],
      SecurityGroupIds: [settings.group],
      PrivateDnsEnabled: true,
      PolicyDocument: lets(service, settings.account),
      TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags: tagList({ 'cordon:role': 'endpoint' }) }],
    });
    const made = await orElse('ec2 CreateVpcEndpoint', ['InvalidParameter', 'PrivateDnsAlreadyInUse'], undefined, () =>
      ec2.send(command),
    );
    if (made !== undefined) continue;
    // Of two incidents opening the same door at once, private DNS lets only one in: then it is there. Else it was refused.
    const now = await ours(ec2, settings.vpc);
    if (!now.some((each) => each.ServiceName === name)) throw new Transient(`EC2 made no endpoint of ${name}.`);
  }
}

/**
 * The agent's own calls, by principals of our account: whoever finds keys of others on a disk that is analysed cannot carry anything
 * out through Systems Manager with them. None of these calls takes a resource worth naming (Service Authorization Reference);
 * AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies".
 */
function lets(service: (typeof SERVICES)[number], account: string): string {
  const statement = {
    Sid: 'AgentsOfOurAccount',
    Effect: 'Allow',
    Principal: '*',
    Action: AGENT_ACTIONS[service],
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalAccount': account } },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/** Removes the endpoints unless another incident's forensic instance lives. */
export async function closeDoors(
  ec2: EC2Client,
  settings: DoorSettings,
  incident: IncidentId,
): Promise<readonly string[]> {
  const filters = [
    { Name: 'tag:cordon:role', Values: ['forensic'] },
    { Name: 'instance-state-name', Values: ['pending', 'running'] },
  ];
  const page = await calling('ec2 DescribeInstances', () =>
    ec2.send(new DescribeInstancesCommand({ Filters: filters })),
  );
  const living = (page.Reservations ?? []).flatMap((each) => each.Instances ?? []);
  if (living.some((each) => tagRecord(each.Tags)['cordon:incident'] !== incident)) return [];
  const ids = (await ours(ec2, settings.vpc)).flatMap((each) => each.VpcEndpointId ?? []);
  if (ids.length === 0) return [];
  await calling('ec2 DeleteVpcEndpoints', () => ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: ids })));
  return ids;
}

async function ours(ec2: EC2Client, vpc: string): Promise<readonly VpcEndpoint[]> {
  const filters = [
    { Name: 'vpc-id', Values: [vpc] },
    { Name: 'tag:cordon:role', Values: ['endpoint'] },
  ];
  const found = await everyPage((token) =>
    calling('ec2 DescribeVpcEndpoints', async () => {
      const page = await ec2.send(
        new DescribeVpcEndpointsCommand({ Filters: filters, ...(token ? { NextToken: token } : {}) }),
      );
      return { items: page.VpcEndpoints ?? [], next: page.NextToken };
    }),
  );
  return found.filter((each) => !/^delet/i.test(`${each.State}`));
}
