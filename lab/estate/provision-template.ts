import { dictOf, listOf, textOf } from '../aws/platform';
import type { LaunchDevice, LaunchTemplateData } from './machine-types';
import type { Estate } from './types';

/** LaunchTemplateData of a template, as far as the lab follows it. */
export function templateDataOf(estate: Estate, data: Readonly<Record<string, unknown>>): LaunchTemplateData {
  const metadata = dictOf(data.MetadataOptions);
  const profile = profileArnOf(estate, dictOf(data.IamInstanceProfile));
  const groups = listOf(data.SecurityGroupIds).map((one) => textOf(one));
  const devices = listOf(data.BlockDeviceMappings).map((one) => deviceOf(dictOf(one)));
  return {
    ...optional('imageId', textOf(data.ImageId)),
    ...optional('instanceType', textOf(data.InstanceType)),
    ...optional('userData', textOf(data.UserData)),
    ...optional('keyName', textOf(data.KeyName)),
    ...optional('profileArn', profile),
    ...(groups.length === 0 ? {} : { groups }),
    ...(devices.length === 0 ? {} : { devices }),
    metadataTokens: metadata.HttpTokens === 'required' ? 'required' : 'optional',
    metadataTags: metadata.InstanceMetadataTags === 'enabled',
    shutdownBehavior: data.InstanceInitiatedShutdownBehavior === 'terminate' ? 'terminate' : 'stop',
    tags: tagsOf(data.TagSpecifications),
  };
}

function optional<K extends string>(key: K, value: string): Partial<Record<K, string>> {
  const out: Partial<Record<K, string>> = {};
  if (value !== '') out[key] = value;
  return out;
}

function profileArnOf(estate: Estate, profile: Readonly<Record<string, unknown>>): string {
  const arn = textOf(profile.Arn);
  if (arn !== '') return arn;
  return [...estate.profiles.values()].find((one) => one.name === textOf(profile.Name))?.arn ?? '';
}

function deviceOf(mapping: Readonly<Record<string, unknown>>): LaunchDevice {
  const ebs = dictOf(mapping.Ebs);
  return {
    device: textOf(mapping.DeviceName),
    ...(ebs.VolumeSize === undefined ? {} : { gib: Number(ebs.VolumeSize) }),
    ...(ebs.VolumeType === undefined ? {} : { type: textOf(ebs.VolumeType) }),
    ...(ebs.KmsKeyId === undefined ? {} : { kmsKey: textOf(ebs.KmsKeyId) }),
    encrypted: ebs.Encrypted === true,
    deleteOnTermination: ebs.DeleteOnTermination !== false,
  };
}

function tagsOf(specifications: unknown): Record<string, Record<string, string>> {
  return Object.fromEntries(
    listOf(specifications)
      .map(dictOf)
      .map((one) => {
        const tags = listOf(one.Tags)
          .map(dictOf)
          .map((tag) => [textOf(tag.Key), textOf(tag.Value)] as const);
        return [textOf(one.ResourceType), Object.fromEntries(tags)];
      }),
  );
}
