import { dictOf, listOf, textOf } from '../aws/platform';
import type { DocumentContent, DocumentParameter } from '../estate/command-types';
import { addDocument, addInstanceProfile, addLaunchTemplate, addRole } from '../estate/install';
import type { LaunchTemplateData } from '../estate/machine-types';
import type { Estates } from '../estate/world';
import type { Provision, Resource } from './deployment';
import { ec2Id, tagsOf } from './network-provisions';

type Dict = Readonly<Record<string, unknown>>;

/** Instance profiles, launch templates and SSM documents of the templates, put into the estate. */
export function hostProvisions(estates: Estates): Readonly<Record<string, Provision>> {
  return {
    'AWS::IAM::InstanceProfile': (resource) => {
      const { properties, account, region, partition } = resource;
      const name = textOf(properties.InstanceProfileName) || resource.name(128);
      const arn = `arn:${partition}:iam::${account}:instance-profile${textOf(properties.Path, '/')}${name}`;
      addInstanceProfile(estates.at(account, region), { name, arn, roles: listOf(properties.Roles).map(String) });
      return { ref: name, attributes: { Arn: arn } };
    },
    'AWS::EC2::LaunchTemplate': (resource) => {
      const { properties, account, region } = resource;
      const id = ec2Id('lt', resource);
      const name = textOf(properties.LaunchTemplateName) || resource.name(128);
      addLaunchTemplate(estates.at(account, region), {
        id,
        name,
        data: launchData(dictOf(properties.LaunchTemplateData)),
      });
      return { ref: id, attributes: { LaunchTemplateId: id, LatestVersionNumber: '1', DefaultVersionNumber: '1' } };
    },
    'AWS::SSM::Document': (resource) => {
      const { properties, account, region } = resource;
      const name = textOf(properties.Name) || resource.name(128);
      addDocument(estates.at(account, region), name, readDocument(properties.Content, name));
      return { ref: name };
    },
  };
}

/** Tells the estate of a role made by a template, so that instance profiles and IAM's own calls find it. */
export function addTemplateRole(estates: Estates, resource: Resource, arn: string, name: string): void {
  const { properties, account, region } = resource;
  const trust = JSON.stringify(properties.AssumeRolePolicyDocument);
  const attached = listOf(properties.ManagedPolicyArns)
    .map(String)
    .map((policy) => ({ arn: policy, name: policy.split('/').at(-1) ?? '' }));
  addRole(estates.at(account, region), { name, arn, path: textOf(properties.Path, '/'), trust, attached });
}

function launchData(raw: Dict): LaunchTemplateData {
  const profile = dictOf(raw.IamInstanceProfile);
  const metadata = dictOf(raw.MetadataOptions);
  const network = dictOf(listOf(raw.NetworkInterfaces)[0]);
  const groups = listOf(raw.SecurityGroupIds ?? network.Groups).map(String);
  const shutdown = textOf(raw.InstanceInitiatedShutdownBehavior);
  const specifications = listOf(raw.TagSpecifications).map(dictOf);
  const subnet = textOf(network.SubnetId);
  return {
    ...(raw.ImageId === undefined ? {} : { imageId: textOf(raw.ImageId) }),
    ...(raw.InstanceType === undefined ? {} : { instanceType: textOf(raw.InstanceType) }),
    ...(profile.Arn === undefined ? {} : { profileArn: textOf(profile.Arn) }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(subnet === '' ? {} : { subnet }),
    ...(raw.UserData === undefined ? {} : { userData: textOf(raw.UserData) }),
    ...(metadata.HttpTokens === undefined
      ? {}
      : { metadataTokens: metadata.HttpTokens === 'required' ? 'required' : 'optional' }),
    ...(metadata.InstanceMetadataTags === undefined
      ? {}
      : { metadataTags: metadata.InstanceMetadataTags === 'enabled' }),
    ...(shutdown === 'stop' || shutdown === 'terminate' ? { shutdownBehavior: shutdown } : {}),
    ...(network.AssociatePublicIpAddress === undefined ? {} : { publicIp: network.AssociatePublicIpAddress === true }),
    tags: Object.fromEntries(specifications.map(({ ResourceType, Tags }) => [textOf(ResourceType), tagsOf(Tags)])),
    devices: listOf(raw.BlockDeviceMappings).map((mapping) => device(dictOf(mapping))),
  };
}

function device(mapping: Dict): NonNullable<LaunchTemplateData['devices']>[number] {
  const ebs = dictOf(mapping.Ebs);
  return {
    device: textOf(mapping.DeviceName),
    ...(ebs.VolumeSize === undefined ? {} : { gib: Number(ebs.VolumeSize) }),
    ...(ebs.Encrypted === undefined ? {} : { encrypted: ebs.Encrypted === true }),
    ...(ebs.KmsKeyId === undefined ? {} : { kmsKey: textOf(ebs.KmsKeyId) }),
    ...(ebs.VolumeType === undefined ? {} : { type: textOf(ebs.VolumeType) }),
    ...(ebs.DeleteOnTermination === undefined ? {} : { deleteOnTermination: ebs.DeleteOnTermination === true }),
  };
}

/** A document's content; its steps are kept beside the parameters, for who really runs them. */
function readDocument(raw: unknown, name: string): DocumentContent {
  const content = typeof raw === 'string' ? dictOf(JSON.parse(raw)) : dictOf(raw);
  const parameters = Object.entries(dictOf(content.parameters)).map(([key, value]): [string, DocumentParameter] => {
    const { type, default: byDefault, allowedPattern, allowedValues, maxChars } = dictOf(value);
    if (typeof type !== 'string') throw new Error(`Parameter ${key} of the SSM document ${name} has no type.`);
    return [
      key,
      {
        type,
        ...(byDefault === undefined ? {} : { default: byDefault }),
        ...(allowedPattern === undefined ? {} : { allowedPattern: textOf(allowedPattern) }),
        ...(Array.isArray(allowedValues) ? { allowedValues } : {}),
        ...(maxChars === undefined ? {} : { maxChars: Number(maxChars) }),
      },
    ];
  });
  return { ...content, parameters: Object.fromEntries(parameters) };
}
