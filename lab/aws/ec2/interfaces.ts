import type {
  DescribeAddressesRequest,
  DescribeAddressesResult,
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  ModifyNetworkInterfaceAttributeRequest,
} from '@aws-sdk/client-ec2';
import { findInterface, note } from '../../estate/estate';
import { setGroups } from '../../estate/network';
import type { NetworkInterface } from '../../estate/network-types';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { AwsFault, type Operation, operation } from '../service';
import { describes, onResource } from './access';
import { chosen, dryRun, type FilterFields, matches, page } from './listing';
import { renderInterface } from './render-instance';

function filterFields(eni: NetworkInterface): FilterFields {
  return {
    'network-interface-id': eni.id,
    'group-id': eni.groups,
    'vpc-id': eni.vpc,
    'subnet-id': eni.subnet,
    'availability-zone': eni.zone,
    'attachment.instance-id': eni.attachment?.instance,
    'attachment.status': eni.attachment === undefined ? undefined : 'attached',
    'private-ip-address': eni.privateIp,
    'addresses.private-ip-address': eni.privateIp,
    'association.public-ip': eni.publicIp,
    'interface-type': eni.type,
    status: eni.attachment === undefined ? 'available' : 'in-use',
  };
}

export function interfaceOperations(estates: Estates): Record<string, Operation> {
  return {
    DescribeNetworkInterfaces: operation<DescribeNetworkInterfacesRequest, DescribeNetworkInterfacesResult>(
      ['NetworkInterfaceIds', 'Filters', 'MaxResults', 'NextToken', 'DryRun'],
      {
        latencyMs: 80,
        authorize: describes('DescribeNetworkInterfaces'),
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const all = chosen(
            estate.interfaces,
            input.NetworkInterfaceIds,
            (id) =>
              new AwsFault('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${id}' does not exist`),
          );
          const found = all.filter((eni) => matches(input.Filters, filterFields(eni), eni.tags));
          const { items, next } = page(found, input.MaxResults, input.NextToken);
          return { NetworkInterfaces: items.map((eni) => renderInterface(estate, eni)), ...next };
        },
      },
    ),
    ModifyNetworkInterfaceAttribute: operation<ModifyNetworkInterfaceAttributeRequest, object>(
      ['NetworkInterfaceId', 'Groups', 'SourceDestCheck', 'ConnectionTrackingSpecification', 'DryRun'],
      {
        latencyMs: 150,
        authorize: (input, call) => modifyChecks(estates.of(call), input),
        run(input, call) {
          dryRun(input);
          modify(estates.of(call), input);
          return {};
        },
      },
    ),
    DescribeAddresses: operation<DescribeAddressesRequest, DescribeAddressesResult>(
      ['Filters', 'PublicIps', 'AllocationIds', 'DryRun'],
      {
        latencyMs: 60,
        authorize: describes('DescribeAddresses'),
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const owners = [...estate.interfaces.values()].filter((eni) => eni.tags.has('cordon-lab:elastic-ip'));
          const found = owners.filter((eni) => matches(input.Filters, addressFields(eni), eni.tags));
          return { Addresses: found.map(renderAddress) };
        },
      },
    ),
  };
}

function addressFields(eni: NetworkInterface): FilterFields {
  return {
    'instance-id': eni.attachment?.instance,
    'network-interface-id': eni.id,
    'public-ip': eni.publicIp,
    'private-ip-address': eni.privateIp,
  };
}

function renderAddress(eni: NetworkInterface) {
  return {
    AllocationId: `eipalloc-${eni.id.slice(4)}`,
    AssociationId: `eipassoc-${eni.id.slice(4)}`,
    Domain: 'vpc' as const,
    NetworkInterfaceId: eni.id,
    PrivateIpAddress: eni.privateIp,
    ...(eni.publicIp === undefined ? {} : { PublicIp: eni.publicIp }),
    ...(eni.attachment === undefined ? {} : { InstanceId: eni.attachment.instance }),
  };
}

/** Resource types of the call: the interface, each new group and (optionally) the instance it is attached to. */
function modifyChecks(estate: Estate, input: ModifyNetworkInterfaceAttributeRequest) {
  const action = 'ModifyNetworkInterfaceAttribute';
  return [
    onResource(estate, action, 'network-interface', input.NetworkInterfaceId),
    ...(input.Groups ?? []).map((id) => onResource(estate, action, 'security-group', id)),
  ];
}

function modify(estate: Estate, input: ModifyNetworkInterfaceAttributeRequest): void {
  const eni = findInterface(estate, input.NetworkInterfaceId);
  if (eni.type !== 'interface') {
    throw new AwsFault(
      'OperationNotPermitted',
      `You do not have permission to access the specified resource ${eni.id}.`,
    );
  }
  const given = [input.Groups, input.SourceDestCheck, input.ConnectionTrackingSpecification].filter(
    (one) => one !== undefined,
  );
  if (given.length !== 1) {
    throw new AwsFault(
      'InvalidParameterCombination',
      'Exactly one attribute of a network interface may be modified at a time.',
    );
  }
  if (input.Groups !== undefined) setGroups(estate, eni, input.Groups);
  if (input.SourceDestCheck !== undefined) eni.sourceDestCheck = input.SourceDestCheck.Value ?? true;
  const timeout = input.ConnectionTrackingSpecification?.TcpEstablishedTimeout;
  if (timeout === undefined) return;
  // Settable from 60 to 432000 seconds (F3).
  if (timeout < 60 || timeout > 432_000)
    throw new AwsFault('InvalidParameterValue', `TcpEstablishedTimeout ${timeout} is out of range.`);
  eni.establishedTimeout = timeout;
  note(estate, 'ModifyNetworkInterfaceAttribute', `${eni.id} timeout ${timeout}`);
}
