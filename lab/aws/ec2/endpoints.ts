import type {
  CreateVpcEndpointRequest,
  CreateVpcEndpointResult,
  DeleteVpcEndpointsRequest,
  VpcEndpoint as Ec2VpcEndpoint,
} from '@aws-sdk/client-ec2';
import { after, find, note } from '../../estate/estate';
import type { VpcEndpoint } from '../../estate/network-types';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { AwsFault, type Operation, operation } from '../service';
import { onNew, onResource, requestTags, tagMap, tagsFor, tagsOnCreate } from './access';
import { dryRun, tagList } from './listing';
import { describeOperation } from './network';

/** The policy of an endpoint that was given none. */
const FULL_ACCESS = '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}';

/** Private DNS names one endpoint of a service in a VPC (AWS PrivateLink Guide, "Manage DNS names for VPC endpoints"). */
function refuseSecondDns(estate: Estate, input: CreateVpcEndpointRequest): void {
  const service = input.ServiceName ?? '';
  const living = [...estate.endpoints.values()].filter((one) => !['deleting', 'deleted'].includes(one.state));
  const wants = input.VpcEndpointType === 'Interface' && input.PrivateDnsEnabled !== false;
  if (!wants || !living.some((one) => one.vpc === input.VpcId && one.service === service && one.privateDns)) return;
  const name = service.split('.').slice(2).reverse().join('.');
  throw new AwsFault(
    'InvalidParameter',
    `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${name}.amazonaws.com in the VPC ${input.VpcId}`,
  );
}

export function endpointOperations(estates: Estates): Record<string, Operation> {
  return {
    ...describeOperation<VpcEndpoint>(estates, {
      name: 'DescribeVpcEndpoints',
      idsMember: 'VpcEndpointIds',
      answer: 'VpcEndpoints',
      notFound: 'InvalidVpcEndpointId.NotFound',
      from: (estate) => new Map([...estate.endpoints].filter(([, one]) => one.state !== 'deleted')),
      fields: (one) => ({
        'vpc-endpoint-id': one.id,
        'vpc-id': one.vpc,
        'service-name': one.service,
        'vpc-endpoint-type': one.type,
        'vpc-endpoint-state': one.state,
      }),
      render,
    }),
    CreateVpcEndpoint: operation<CreateVpcEndpointRequest, CreateVpcEndpointResult>(
      [
        'VpcId',
        'ServiceName',
        'VpcEndpointType',
        'SubnetIds',
        'SecurityGroupIds',
        'RouteTableIds',
        'PrivateDnsEnabled',
        'PolicyDocument',
        'TagSpecifications',
        'ClientToken',
        'DryRun',
      ],
      {
        latencyMs: 600,
        authorize(input, call) {
          const estate = estates.of(call);
          const tags = tagsFor(input.TagSpecifications, 'vpc-endpoint');
          return [
            onNew(estate, 'CreateVpcEndpoint', 'vpc-endpoint', {
              ...requestTags(tags),
              'ec2:VpceServiceName': input.ServiceName ?? '',
            }),
            onResource(estate, 'CreateVpcEndpoint', 'vpc', input.VpcId),
            ...(input.SubnetIds ?? []).map((id) => onResource(estate, 'CreateVpcEndpoint', 'subnet', id)),
            ...(input.SecurityGroupIds ?? []).map((id) =>
              onResource(estate, 'CreateVpcEndpoint', 'security-group', id),
            ),
            ...(input.RouteTableIds ?? []).map((id) => onResource(estate, 'CreateVpcEndpoint', 'route-table', id)),
            ...tagsOnCreate(estate, 'CreateVpcEndpoint', 'vpc-endpoint', tags),
          ];
        },
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const vpc = find(estate.vpcs, input.VpcId, 'InvalidVpcId.NotFound', 'vpc ID');
          refuseSecondDns(estate, input);
          const endpoint: VpcEndpoint = {
            id: estate.ids.next('vpce'),
            account: call.account,
            vpc: vpc.id,
            service: input.ServiceName ?? '',
            type: input.VpcEndpointType === 'Interface' ? 'Interface' : 'Gateway',
            subnets: input.SubnetIds ?? [],
            routeTables: input.RouteTableIds ?? [],
            groups: input.SecurityGroupIds ?? [],
            privateDns: input.PrivateDnsEnabled ?? input.VpcEndpointType === 'Interface',
            policy: input.PolicyDocument ?? FULL_ACCESS,
            state: 'pending',
            tags: tagMap(tagsFor(input.TagSpecifications, 'vpc-endpoint')),
          };
          estate.endpoints.set(endpoint.id, endpoint);
          note(estate, 'CreateVpcEndpoint', endpoint.id);
          after(estate, estate.parts.durations.endpointCreate, `endpoint/${endpoint.id}`, () => {
            if (endpoint.state === 'pending') endpoint.state = 'available';
          });
          return { VpcEndpoint: render(endpoint) };
        },
      },
    ),
    DeleteVpcEndpoints: operation<DeleteVpcEndpointsRequest, object>(['VpcEndpointIds', 'DryRun'], {
      latencyMs: 300,
      authorize: (input, call) =>
        (input.VpcEndpointIds ?? []).map((id) =>
          onResource(estates.of(call), 'DeleteVpcEndpoints', 'vpc-endpoint', id),
        ),
      run(input, call) {
        dryRun(input);
        const estate = estates.of(call);
        for (const id of input.VpcEndpointIds ?? []) {
          find(estate.endpoints, id, 'InvalidVpcEndpointId.NotFound', 'Vpc Endpoint Id').state = 'deleted';
          note(estate, 'DeleteVpcEndpoints', id);
        }
        return { Unsuccessful: [] };
      },
    }),
  };
}

function render(endpoint: VpcEndpoint): Ec2VpcEndpoint {
  const shown: Ec2VpcEndpoint = {
    VpcEndpointId: endpoint.id,
    VpcEndpointType: endpoint.type,
    VpcId: endpoint.vpc,
    OwnerId: endpoint.account,
    ServiceName: endpoint.service,
    PolicyDocument: endpoint.policy,
    RouteTableIds: [...endpoint.routeTables],
    SubnetIds: [...endpoint.subnets],
    Groups: endpoint.groups.map((GroupId) => ({ GroupId, GroupName: '' })),
    PrivateDnsEnabled: endpoint.privateDns,
    RequesterManaged: false,
    NetworkInterfaceIds: [],
    Tags: tagList(endpoint.tags),
  };
  // EC2 answers states in lower case; the SDK's enumeration has them capitalized.
  return Object.assign(shown, { State: endpoint.state });
}
