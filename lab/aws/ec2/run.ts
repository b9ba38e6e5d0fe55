import type { Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2';
import { ec2Arn } from '../../estate/estate';
import { effective, findTemplate, type LaunchRequest, launchInstance, templateData } from '../../estate/launch';
import type { Instance, LaunchDevice } from '../../estate/machine-types';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { AwsFault, LabUnsupported, type Operation, operation } from '../service';
import { onNew, onResource, passRole, profileArnOf, requestTags, tagMap, tagsFor, tagsOnCreate } from './access';
import { dryRun } from './listing';
import { renderInstance } from './render-instance';

export function runOperations(estates: Estates): Record<string, Operation> {
  /** Client token → what was asked with it and what it made. EC2 keeps them for a day at least. */
  const tokens = new Map<string, { readonly asked: string; readonly instances: readonly Instance[] }>();
  return {
    RunInstances: operation<RunInstancesRequest, Reservation>(
      [
        'LaunchTemplate',
        'MinCount',
        'MaxCount',
        'ImageId',
        'InstanceType',
        'SubnetId',
        'SecurityGroupIds',
        'ClientToken',
        'TagSpecifications',
        'UserData',
        'IamInstanceProfile',
        'MetadataOptions',
        'BlockDeviceMappings',
        'InstanceInitiatedShutdownBehavior',
        'Placement',
        'DryRun',
      ],
      {
        latencyMs: 1400,
        authorize: (input, call) => runChecks(estates.of(call), input),
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const key = `${call.account}/${call.region}/${input.ClientToken ?? call.requestId}`;
          const asked = JSON.stringify({ ...input, ClientToken: undefined });
          const before = tokens.get(key);
          if (before !== undefined && before.asked !== asked) {
            throw new AwsFault(
              'IdempotentParameterMismatch',
              'The client token was used before with other parameters.',
            );
          }
          const instances = before?.instances ?? launch(estate, input);
          tokens.set(key, { asked, instances });
          return {
            ReservationId: `r-${instances[0]?.id.slice(2) ?? ''}`,
            OwnerId: call.account,
            Instances: instances.map((one) => renderInstance(estate, one)),
          };
        },
      },
    ),
  };
}

function launch(estate: Estate, input: RunInstancesRequest): Instance[] {
  if (input.MaxCount !== 1) throw new LabUnsupported('RunInstances of more than one instance');
  return [launchInstance(estate, requestOf(estate, input))];
}

function requestOf(estate: Estate, input: RunInstancesRequest): LaunchRequest {
  const template = input.LaunchTemplate?.LaunchTemplateId ?? input.LaunchTemplate?.LaunchTemplateName;
  return {
    ...(template === undefined ? {} : { template }),
    ...(input.LaunchTemplate?.Version === undefined ? {} : { templateVersion: input.LaunchTemplate.Version }),
    ...(input.ImageId === undefined ? {} : { imageId: input.ImageId }),
    ...(input.InstanceType === undefined ? {} : { instanceType: input.InstanceType }),
    ...(input.SubnetId === undefined ? {} : { subnet: input.SubnetId }),
    ...(input.SecurityGroupIds === undefined ? {} : { groups: input.SecurityGroupIds }),
    ...(input.ClientToken === undefined ? {} : { clientToken: input.ClientToken }),
    ...(input.UserData === undefined ? {} : { userData: input.UserData }),
    ...(input.IamInstanceProfile === undefined ? {} : { profileArn: profileArnOf(estate, input.IamInstanceProfile) }),
    ...(input.MetadataOptions?.HttpTokens === undefined ? {} : { metadataTokens: input.MetadataOptions.HttpTokens }),
    ...(input.MetadataOptions?.InstanceMetadataTags === undefined
      ? {}
      : { metadataTags: input.MetadataOptions.InstanceMetadataTags === 'enabled' }),
    ...(input.BlockDeviceMappings === undefined ? {} : { devices: devicesOf(input) }),
    ...(input.InstanceInitiatedShutdownBehavior === undefined
      ? {}
      : { shutdownBehavior: input.InstanceInitiatedShutdownBehavior }),
    instanceTags: tagMap(tagsFor(input.TagSpecifications, 'instance')),
    ...(tagsFor(input.TagSpecifications, 'volume').length === 0
      ? {}
      : { volumeTags: tagMap(tagsFor(input.TagSpecifications, 'volume')) }),
  };
}

function devicesOf(input: RunInstancesRequest): LaunchDevice[] {
  return (input.BlockDeviceMappings ?? []).map((mapping) => ({
    device: mapping.DeviceName ?? '',
    ...(mapping.Ebs?.VolumeSize === undefined ? {} : { gib: mapping.Ebs.VolumeSize }),
    ...(mapping.Ebs?.Encrypted === undefined ? {} : { encrypted: mapping.Ebs.Encrypted }),
    ...(mapping.Ebs?.KmsKeyId === undefined ? {} : { kmsKey: mapping.Ebs.KmsKeyId }),
    ...(mapping.Ebs?.VolumeType === undefined ? {} : { type: mapping.Ebs.VolumeType }),
    ...(mapping.Ebs?.DeleteOnTermination === undefined ? {} : { deleteOnTermination: mapping.Ebs.DeleteOnTermination }),
  }));
}

/** RunInstances asks about every resource it uses or makes (service authorization reference, EC2). */
function runChecks(estate: Estate, input: RunInstancesRequest) {
  const request = requestOf(estate, input);
  const data = effective(estate, request);
  const template = request.template === undefined ? undefined : findTemplate(estate, request.template);
  const shared: Record<string, string> = {
    ...(template === undefined
      ? {}
      : {
          'ec2:LaunchTemplate': ec2Arn(estate, 'launch-template', template.id),
          'ec2:IsLaunchTemplateResource': 'true',
        }),
  };
  const templateTags = template === undefined ? {} : (templateData(template, request.templateVersion).tags ?? {});
  const tagsOf = (kind: string) => {
    const given = tagsFor(input.TagSpecifications, kind);
    return given.length > 0 ? given : Object.entries(templateTags[kind] ?? {}).map(([Key, Value]) => ({ Key, Value }));
  };
  const instanceContext = {
    ...shared,
    ...requestTags(tagsOf('instance')),
    'ec2:InstanceType': data.instanceType ?? '',
    'ec2:MetadataHttpTokens': data.metadataTokens ?? 'optional',
    ...(data.profileArn === undefined ? {} : { 'ec2:InstanceProfile': data.profileArn }),
  };
  return [
    onNew(estate, 'RunInstances', 'instance', instanceContext),
    onNew(estate, 'RunInstances', 'volume', { ...shared, ...requestTags(tagsOf('volume')) }),
    onNew(estate, 'RunInstances', 'network-interface', { ...shared, ...requestTags(tagsOf('network-interface')) }),
    onResource(estate, 'RunInstances', 'image', data.imageId, shared),
    onResource(estate, 'RunInstances', 'subnet', data.subnet, shared),
    ...(data.groups ?? []).map((id) => onResource(estate, 'RunInstances', 'security-group', id, shared)),
    ...(template === undefined ? [] : [onResource(estate, 'RunInstances', 'launch-template', template.id, shared)]),
    ...(data.keyName === undefined ? [] : [onResource(estate, 'RunInstances', 'key-pair', data.keyName, shared)]),
    ...['instance', 'volume', 'network-interface'].flatMap((kind) =>
      tagsOnCreate(estate, 'RunInstances', kind, tagsOf(kind)),
    ),
    ...passRole(estate, data.profileArn),
  ];
}
