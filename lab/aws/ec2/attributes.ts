import type {
  DescribeInstanceAttributeRequest,
  InstanceAttribute,
  ModifyInstanceAttributeRequest,
} from '@aws-sdk/client-ec2';
import { findInstance, note } from '../../estate/estate';
import type { Instance } from '../../estate/machine-types';
import { setGroups } from '../../estate/network';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { AwsFault, LabUnsupported, type Operation, operation } from '../service';
import { onResource } from './access';
import { dryRun } from './listing';
import { renderGroups } from './render-instance';

/** The members of ModifyInstanceAttribute that change something: one of them per call (F17). */
const CHANGES = [
  'DisableApiTermination',
  'DisableApiStop',
  'InstanceInitiatedShutdownBehavior',
  'BlockDeviceMappings',
  'Groups',
  'SourceDestCheck',
] as const;

export function attributeOperations(estates: Estates): Record<string, Operation> {
  return {
    DescribeInstanceAttribute: operation<DescribeInstanceAttributeRequest, InstanceAttribute>(
      ['InstanceId', 'Attribute', 'DryRun'],
      {
        latencyMs: 60,
        authorize: (input, call) => [
          onResource(estates.of(call), 'DescribeInstanceAttribute', 'instance', input.InstanceId),
        ],
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const instance = findInstance(estate, input.InstanceId);
          return { InstanceId: instance.id, ...readAttribute(estate, instance, input.Attribute) };
        },
      },
    ),
    ModifyInstanceAttribute: operation<ModifyInstanceAttributeRequest, object>(
      ['InstanceId', 'Attribute', 'Value', 'DryRun', ...CHANGES],
      {
        latencyMs: 120,
        authorize: (input, call) => modifyChecks(estates.of(call), input),
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          modify(estate, findInstance(estate, input.InstanceId), input);
          return {};
        },
      },
    ),
  };
}

function readAttribute(estate: Estate, instance: Instance, attribute: string | undefined): InstanceAttribute {
  switch (attribute) {
    case 'disableApiTermination':
      return { DisableApiTermination: { Value: instance.disableApiTermination } };
    case 'disableApiStop':
      return { DisableApiStop: { Value: instance.disableApiStop } };
    case 'instanceInitiatedShutdownBehavior':
      return { InstanceInitiatedShutdownBehavior: { Value: instance.shutdownBehavior } };
    case 'userData':
      return { UserData: instance.userData === undefined ? {} : { Value: instance.userData } };
    case 'instanceType':
      return { InstanceType: { Value: instance.type } };
    case 'rootDeviceName':
      return { RootDeviceName: { Value: instance.rootDevice } };
    case 'sourceDestCheck':
      return { SourceDestCheck: { Value: firstInterface(estate, instance)?.sourceDestCheck ?? true } };
    case 'groupSet':
      return { Groups: renderGroups(estate, firstInterface(estate, instance)?.groups ?? []) };
    case 'blockDeviceMapping':
      return {
        BlockDeviceMappings: instance.devices.map((device) => ({
          DeviceName: device.device,
          Ebs: { VolumeId: device.volume, Status: 'attached', DeleteOnTermination: device.deleteOnTermination },
        })),
      };
    default:
      throw new LabUnsupported(`the instance attribute ${attribute}`);
  }
}

function firstInterface(estate: Estate, instance: Instance) {
  return estate.interfaces.get(instance.interfaces[0] ?? '');
}

function modifyChecks(estate: Estate, input: ModifyInstanceAttributeRequest) {
  const changed = CHANGES.find((name) => input[name] !== undefined) ?? input.Attribute ?? '';
  const extra = { 'ec2:Attribute': String(changed) };
  return [
    onResource(estate, 'ModifyInstanceAttribute', 'instance', input.InstanceId, extra),
    ...(input.Groups ?? []).map((id) => onResource(estate, 'ModifyInstanceAttribute', 'security-group', id)),
  ];
}

function modify(estate: Estate, instance: Instance, input: ModifyInstanceAttributeRequest): void {
  const given = CHANGES.filter((name) => input[name] !== undefined);
  if (input.Attribute !== undefined || input.Value !== undefined) {
    throw new LabUnsupported('the Attribute/Value form of ModifyInstanceAttribute');
  }
  if (given.length !== 1) {
    throw new AwsFault(
      'InvalidParameterCombination',
      `Fields for multiple attribute types specified: ${given.join(', ') || 'none'}`,
    );
  }
  if (instance.state === 'terminated')
    throw new AwsFault('IncorrectInstanceState', `The instance '${instance.id}' is terminated.`);
  apply(estate, instance, input);
  note(estate, `ModifyInstanceAttribute ${given[0]}`, instance.id);
}

function apply(estate: Estate, instance: Instance, input: ModifyInstanceAttributeRequest): void {
  if (input.DisableApiTermination !== undefined) {
    // Spot instances cannot be protected (EC2 user guide, "Termination protection").
    if (instance.lifecycle === 'spot' && input.DisableApiTermination.Value === true) {
      throw new AwsFault(
        'UnsupportedOperation',
        `Modifying 'disableApiTermination' is not supported for spot instances.`,
      );
    }
    instance.disableApiTermination = input.DisableApiTermination.Value ?? false;
  }
  if (input.DisableApiStop !== undefined) {
    if (instance.lifecycle === 'spot' && input.DisableApiStop.Value === true) {
      throw new AwsFault('UnsupportedOperation', `Modifying 'disableApiStop' is not supported for spot instances.`);
    }
    instance.disableApiStop = input.DisableApiStop.Value ?? false;
  }
  if (input.InstanceInitiatedShutdownBehavior !== undefined) {
    if (instance.rootType === 'instance-store' || instance.lifecycle === 'spot') {
      throw new AwsFault(
        'UnsupportedOperation',
        `Modifying 'instanceInitiatedShutdownBehavior' is not supported for this instance.`,
      );
    }
    instance.shutdownBehavior = input.InstanceInitiatedShutdownBehavior.Value === 'terminate' ? 'terminate' : 'stop';
  }
  for (const mapping of input.BlockDeviceMappings ?? []) {
    const device = instance.devices.find((one) => one.device === mapping.DeviceName);
    if (device === undefined) {
      throw new AwsFault('InvalidInstanceAttributeValue', `No device is currently mapped at ${mapping.DeviceName}`);
    }
    device.deleteOnTermination = mapping.Ebs?.DeleteOnTermination ?? device.deleteOnTermination;
  }
  const eni = firstInterface(estate, instance);
  if (input.SourceDestCheck !== undefined && eni !== undefined)
    eni.sourceDestCheck = input.SourceDestCheck.Value ?? true;
  if (input.Groups === undefined) return;
  if (instance.interfaces.length !== 1 || eni === undefined) {
    throw new AwsFault(
      'InvalidInstanceID',
      `There are multiple interfaces attached to instance '${instance.id}'. Please specify an interface ID for the operation instead.`,
    );
  }
  setGroups(estate, eni, input.Groups);
}
