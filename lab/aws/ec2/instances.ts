import type {
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  DescribeInstancesRequest,
  DescribeInstancesResult,
  GetConsoleOutputRequest,
  GetConsoleOutputResult,
  GetConsoleScreenshotRequest,
  GetConsoleScreenshotResult,
  StartInstancesRequest,
  StopInstancesRequest,
  TerminateInstancesRequest,
} from '@aws-sdk/client-ec2';
import { findInstance, now } from '../../estate/estate';
import { assertTerminable, start, stop, terminate } from '../../estate/instances';
import type { Instance, InstanceState } from '../../estate/machine-types';
import { interfacesOf } from '../../estate/reach';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { AwsFault, LabUnsupported, type Operation, operation } from '../service';
import { describes, onResource } from './access';
import { consoleText, SCREENSHOT_JPEG } from './console';
import { chosen, dryRun, type FilterFields, matches, page } from './listing';
import { profileOf, renderInstance, renderState } from './render-instance';

function filterFields(estate: Estate, instance: Instance): FilterFields {
  const enis = interfacesOf(estate, instance);
  return {
    'instance-id': instance.id,
    'instance-state-name': instance.state,
    'instance-type': instance.type,
    'image-id': instance.image,
    'vpc-id': instance.vpc,
    'subnet-id': instance.subnet,
    'availability-zone': instance.zone,
    'client-token': instance.clientToken,
    'instance-lifecycle': instance.lifecycle,
    'iam-instance-profile.arn': profileOf(estate, instance.id)?.Arn,
    'private-ip-address': enis.map((eni) => eni.privateIp),
    'ip-address': enis.flatMap((eni) => eni.publicIp ?? []),
    'network-interface.network-interface-id': enis.map((eni) => eni.id),
    'network-interface.subnet-id': enis.map((eni) => eni.subnet),
    'network-interface.vpc-id': enis.map((eni) => eni.vpc),
    'network-interface.group-id': enis.flatMap((eni) => eni.groups),
    'instance.group-id': enis.flatMap((eni) => eni.groups),
    'block-device-mapping.volume-id': instance.devices.map((device) => device.volume),
  };
}

function pick(estate: Estate, ids: readonly string[] | undefined): Instance[] {
  for (const id of ids ?? []) findInstance(estate, id);
  return chosen(
    estate.instances,
    ids,
    (id) => new AwsFault('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`),
  );
}

interface StateChange {
  readonly InstanceIds: string[] | undefined;
}

/** Runs `act` on each named instance and answers previous and current states, as start, stop and terminate do. */
function change(
  estates: Estates,
  input: StateChange,
  call: Parameters<Estates['of']>[0],
  act: (estate: Estate, instance: Instance) => void,
) {
  const estate = estates.of(call);
  const instances = (input.InstanceIds ?? []).map((id) => findInstance(estate, id));
  return instances.map((instance) => {
    const before: InstanceState = instance.state;
    act(estate, instance);
    return { InstanceId: instance.id, PreviousState: renderState(before), CurrentState: renderState(instance.state) };
  });
}

export function instanceOperations(estates: Estates): Record<string, Operation> {
  const perInstance = (action: string) => (input: StateChange, call: Parameters<Estates['of']>[0]) =>
    (input.InstanceIds ?? []).map((id) => onResource(estates.of(call), action, 'instance', id));
  return {
    DescribeInstances: operation<DescribeInstancesRequest, DescribeInstancesResult>(
      ['InstanceIds', 'Filters', 'MaxResults', 'NextToken', 'DryRun'],
      {
        latencyMs: 90,
        authorize: describes('DescribeInstances'),
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const found = pick(estate, input.InstanceIds).filter((one) =>
            matches(input.Filters, filterFields(estate, one), one.tags),
          );
          const { items, next } = page(found, input.MaxResults, input.NextToken);
          const Reservations = items.map((one) => ({
            ReservationId: `r-${one.id.slice(2)}`,
            OwnerId: one.account,
            Groups: [],
            Instances: [renderInstance(estate, one)],
          }));
          return { Reservations, ...next };
        },
      },
    ),
    DescribeInstanceStatus: operation<DescribeInstanceStatusRequest, DescribeInstanceStatusResult>(
      ['InstanceIds', 'Filters', 'MaxResults', 'NextToken', 'DryRun', 'IncludeAllInstances'],
      {
        latencyMs: 70,
        authorize: describes('DescribeInstanceStatus'),
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const found = pick(estate, input.InstanceIds)
            .filter((one) => input.IncludeAllInstances === true || one.state === 'running')
            .filter((one) => matches(input.Filters, filterFields(estate, one), one.tags));
          const { items, next } = page(found, input.MaxResults, input.NextToken);
          return { InstanceStatuses: items.map(renderStatus), ...next };
        },
      },
    ),
    StartInstances: operation<StartInstancesRequest, object>(['InstanceIds', 'DryRun'], {
      latencyMs: 400,
      authorize: perInstance('StartInstances'),
      run(input, call) {
        dryRun(input);
        const StartingInstances = change(estates, input, call, (estate, instance) => {
          if (instance.state === 'running' || instance.state === 'pending') return;
          if (instance.state !== 'stopped') {
            throw new AwsFault(
              'IncorrectInstanceState',
              `The instance '${instance.id}' is not in a state from which it can be started.`,
            );
          }
          start(estate, instance);
        });
        return { StartingInstances };
      },
    }),
    StopInstances: operation<StopInstancesRequest, object>(
      ['InstanceIds', 'DryRun', 'Force', 'Hibernate', 'SkipOsShutdown'],
      {
        latencyMs: 500,
        authorize: perInstance('StopInstances'),
        run(input, call) {
          dryRun(input);
          if (input.Hibernate === true) throw new LabUnsupported('hibernation');
          return { StoppingInstances: change(estates, input, call, stop) };
        },
      },
    ),
    TerminateInstances: operation<TerminateInstancesRequest, object>(
      ['InstanceIds', 'DryRun', 'Force', 'SkipOsShutdown'],
      {
        latencyMs: 500,
        authorize: perInstance('TerminateInstances'),
        run(input, call) {
          dryRun(input);
          const TerminatingInstances = change(estates, input, call, (estate, instance) => {
            assertTerminable(instance);
            terminate(estate, instance, 'User initiated');
          });
          return { TerminatingInstances };
        },
      },
    ),
    ...consoleOperations(estates),
  };
}

function renderStatus(instance: Instance) {
  const status = instance.state === 'running' ? ('ok' as const) : ('not-applicable' as const);
  return {
    InstanceId: instance.id,
    AvailabilityZone: instance.zone,
    InstanceState: renderState(instance.state),
    InstanceStatus: { Status: status, Details: [] },
    SystemStatus: { Status: status, Details: [] },
    Events: [],
  };
}

function consoleOperations(estates: Estates): Record<string, Operation> {
  return {
    GetConsoleOutput: operation<GetConsoleOutputRequest, GetConsoleOutputResult>(['InstanceId', 'Latest', 'DryRun'], {
      latencyMs: 300,
      authorize: (input, call) => [onResource(estates.of(call), 'GetConsoleOutput', 'instance', input.InstanceId)],
      run(input, call) {
        dryRun(input);
        const estate = estates.of(call);
        const instance = findInstance(estate, input.InstanceId);
        const Output = Buffer.from(consoleText(instance)).toString('base64');
        return { InstanceId: instance.id, Timestamp: new Date(now(estate)), Output };
      },
    }),
    GetConsoleScreenshot: operation<GetConsoleScreenshotRequest, GetConsoleScreenshotResult>(
      ['InstanceId', 'WakeUp', 'DryRun'],
      {
        latencyMs: 600,
        authorize: (input, call) => [
          onResource(estates.of(call), 'GetConsoleScreenshot', 'instance', input.InstanceId),
        ],
        run(input, call) {
          dryRun(input);
          const instance = findInstance(estates.of(call), input.InstanceId);
          if (instance.state !== 'running') {
            throw new AwsFault('IncorrectInstanceState', `The instance ${instance.id} is not in a running state.`);
          }
          return { InstanceId: instance.id, ImageData: SCREENSHOT_JPEG };
        },
      },
    ),
  };
}
