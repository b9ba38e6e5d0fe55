import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  InstanceInformation,
} from '@aws-sdk/client-ssm';
import { now } from '../../estate/estate';
import type { Instance } from '../../estate/machine-types';
import { interfacesOf, reachesSsm } from '../../estate/reach';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { page } from '../ec2/listing';
import { LabUnsupported, type Operation, operation } from '../service';

/** New enough for `interpolationType: ENV_VAR` (F29). */
const AGENT_VERSION = '3.3.3050.0';

/** An instance is listed once its agent has registered; Online only while the network lets it through. */
export function inventoryOperations(estates: Estates): Record<string, Operation> {
  return {
    DescribeInstanceInformation: operation<DescribeInstanceInformationRequest, DescribeInstanceInformationResult>(
      ['Filters', 'MaxResults', 'NextToken'],
      {
        latencyMs: 100,
        authorize: () => [{ action: 'ssm:DescribeInstanceInformation', resource: '*', context: {} }],
        run(input, call) {
          const estate = estates.of(call);
          const registered = [...estate.instances.values()]
            .filter((one) => one.agent === 'installed' && one.state !== 'terminated')
            .map((one) => render(estate, one));
          const found = registered.filter((row) =>
            (input.Filters ?? []).every((filter) => (filter.Values ?? []).includes(fieldOf(filter.Key, row))),
          );
          const { items, next } = page(found, input.MaxResults, input.NextToken);
          return { InstanceInformationList: items, ...next };
        },
      },
    ),
  };
}

function fieldOf(key: string | undefined, row: InstanceInformation): string {
  switch (key) {
    case 'InstanceIds':
      return row.InstanceId ?? '';
    case 'PingStatus':
      return row.PingStatus ?? '';
    case 'PlatformTypes':
      return row.PlatformType ?? '';
    default:
      throw new LabUnsupported(`the instance information filter ${key}`);
  }
}

function render(estate: Estate, instance: Instance): InstanceInformation {
  const online = reachesSsm(estate, instance);
  return {
    InstanceId: instance.id,
    PingStatus: online ? 'Online' : 'ConnectionLost',
    LastPingDateTime: new Date(now(estate)),
    AgentVersion: AGENT_VERSION,
    IsLatestVersion: true,
    PlatformType: instance.platform === 'windows' ? 'Windows' : 'Linux',
    PlatformName: instance.platform === 'windows' ? 'Microsoft Windows Server 2022' : 'Debian GNU/Linux',
    PlatformVersion: instance.platform === 'windows' ? '10.0.20348' : '12',
    ResourceType: 'EC2Instance',
    IPAddress: interfacesOf(estate, instance)[0]?.privateIp ?? '',
    ComputerName: instance.id,
  };
}
