import type {
  _InstanceType,
  DescribeImagesRequest,
  DescribeImagesResult,
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult,
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult,
  InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import { typeFacts } from '../../estate/instance-types';
import { findTemplate, templateData } from '../../estate/launch';
import type { Estates } from '../../estate/world';
import { AwsFault, LabUnsupported, type Operation, operation } from '../service';
import { describes } from './access';
import { dryRun, matches, page } from './listing';

export function catalogueOperations(estates: Estates): Record<string, Operation> {
  return {
    DescribeInstanceTypes: operation<DescribeInstanceTypesRequest, DescribeInstanceTypesResult>(
      ['InstanceTypes', 'Filters', 'DryRun', 'MaxResults', 'NextToken'],
      {
        latencyMs: 90,
        authorize: describes('DescribeInstanceTypes'),
        run(input) {
          dryRun(input);
          if (input.InstanceTypes !== undefined) return { InstanceTypes: input.InstanceTypes.map(describeType) };
          const wanted = input.Filters?.find((filter) => filter.Name === 'instance-type')?.Values;
          if (wanted === undefined) throw new LabUnsupported('DescribeInstanceTypes without names');
          // Names are the caller's; EC2's filters would also take wildcards, which nobody here sends.
          return { InstanceTypes: wanted.filter((type) => typeFacts(type) !== undefined).map(describeType) };
        },
      },
    ),
    DescribeImages: operation<DescribeImagesRequest, DescribeImagesResult>(['ImageIds', 'DryRun'], {
      latencyMs: 90,
      authorize: describes('DescribeImages'),
      run(input, call) {
        dryRun(input);
        // What a parameter of the lab names is there; any other image is not.
        const known = new Set(estates.of(call).parameters.values());
        const unknown = (input.ImageIds ?? []).find((id) => !known.has(id));
        if (unknown !== undefined)
          throw new AwsFault('InvalidAMIID.NotFound', `The image id '[${unknown}]' does not exist`);
        return { Images: (input.ImageIds ?? []).map((ImageId) => ({ ImageId, State: 'available' as const })) };
      },
    }),
    DescribeInstanceTypeOfferings: operation<DescribeInstanceTypeOfferingsRequest, DescribeInstanceTypeOfferingsResult>(
      ['LocationType', 'Filters', 'MaxResults', 'NextToken', 'DryRun'],
      {
        latencyMs: 90,
        authorize: describes('DescribeInstanceTypeOfferings'),
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const zones = [...new Set([...estate.subnets.values()].map((subnet) => subnet.zone))].sort();
          const wanted = input.Filters?.find((filter) => filter.Name === 'instance-type')?.Values ?? [];
          const places = input.LocationType === 'availability-zone' ? zones : [call.region];
          const rows = wanted.flatMap((type) => places.map((location) => ({ type, location })));
          const offered = rows
            .filter(({ type }) => typeFacts(type) !== undefined)
            .filter(({ type, location }) => !estate.parts.faults.insufficientCapacity(type, location))
            .filter(({ type, location }) => matches(input.Filters, { 'instance-type': type, location }, new Map()));
          const { items, next } = page(offered, input.MaxResults, input.NextToken);
          const LocationType = input.LocationType ?? 'region';
          const InstanceTypeOfferings = items.map(({ type, location }) => ({
            InstanceType: type as _InstanceType,
            LocationType,
            Location: location,
          }));
          return { InstanceTypeOfferings, ...next };
        },
      },
    ),
    DescribeLaunchTemplateVersions: operation<
      DescribeLaunchTemplateVersionsRequest,
      DescribeLaunchTemplateVersionsResult
    >(['LaunchTemplateId', 'LaunchTemplateName', 'Versions', 'MaxResults', 'NextToken', 'DryRun'], {
      latencyMs: 80,
      authorize: describes('DescribeLaunchTemplateVersions'),
      run(input, call) {
        dryRun(input);
        const template = findTemplate(estates.of(call), input.LaunchTemplateId ?? input.LaunchTemplateName ?? '');
        const versions = input.Versions ?? template.versions.map((_, index) => String(index + 1));
        const LaunchTemplateVersions = versions.map((version) => {
          const data = templateData(template, version);
          return {
            LaunchTemplateId: template.id,
            LaunchTemplateName: template.name,
            VersionNumber: template.versions.indexOf(data) + 1,
            DefaultVersion: template.versions.indexOf(data) + 1 === template.defaultVersion,
            LaunchTemplateData: {
              ...(data.imageId === undefined ? {} : { ImageId: data.imageId }),
              ...(data.instanceType === undefined ? {} : { InstanceType: data.instanceType as _InstanceType }),
              ...(data.profileArn === undefined ? {} : { IamInstanceProfile: { Arn: data.profileArn } }),
              ...(data.groups === undefined ? {} : { SecurityGroupIds: [...data.groups] }),
            },
          };
        });
        return { LaunchTemplateVersions };
      },
    }),
  };
}

function describeType(name: string): InstanceTypeInfo {
  const facts = typeFacts(name);
  if (facts === undefined) {
    throw new AwsFault('InvalidInstanceType', `The following supplied instance types do not exist: [${name}]`);
  }
  return {
    InstanceType: name as _InstanceType,
    CurrentGeneration: facts.nitro,
    Hypervisor: facts.nitro ? 'nitro' : 'xen',
    BareMetal: name.endsWith('.metal'),
    VCpuInfo: { DefaultVCpus: facts.vcpus },
    MemoryInfo: { SizeInMiB: facts.memoryMib },
    ProcessorInfo: { SupportedArchitectures: [facts.architecture] },
    InstanceStorageSupported: /^[a-z]+[0-9]+[a-z]*d/.test(name.split('.')[0] ?? '') || /^(i|d|h)[0-9]/.test(name),
  };
}
