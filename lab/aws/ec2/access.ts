import type { Tag, TagSpecification } from '@aws-sdk/client-ec2';
import { ec2Arn, findTagged, iamArn } from '../../estate/estate';
import type { Tags } from '../../estate/tagged';
import type { Estate } from '../../estate/types';
import type { AccessCheck, ConditionContext } from '../service';

/** Describe calls have no resource types: IAM is asked about `*`. */
export function describes(action: string): () => readonly AccessCheck[] {
  return () => [{ action: `ec2:${action}`, resource: '*', context: {} }];
}

/** A question about one existing resource, with its tags and the keys of its kind. */
export function onResource(
  estate: Estate,
  action: string,
  kind: string,
  id: string | undefined,
  extra: ConditionContext = {},
): AccessCheck {
  const known = id === undefined ? undefined : findTagged(estate, id);
  return {
    action: `ec2:${action}`,
    resource: ec2Arn(estate, kind, id ?? '*'),
    context: { ...resourceTags(known?.tags), ...kindContext(estate, kind, id), ...extra },
  };
}

/** A question about something that the call makes. `what` is the kind in the ARN. */
export function onNew(estate: Estate, action: string, kind: string, extra: ConditionContext = {}): AccessCheck {
  return { action: `ec2:${action}`, resource: ec2Arn(estate, kind, '*'), context: extra };
}

export function resourceTags(tags: Tags | undefined): Record<string, string> {
  const context: Record<string, string> = {};
  for (const [key, value] of tags ?? []) {
    context[`aws:ResourceTag/${key}`] = value;
    context[`ec2:ResourceTag/${key}`] = value;
  }
  return context;
}

export function requestTags(tags: readonly Tag[]): Record<string, string | string[]> {
  if (tags.length === 0) return {};
  const context: Record<string, string | string[]> = { 'aws:TagKeys': tags.map((tag) => tag.Key ?? '') };
  for (const tag of tags) context[`aws:RequestTag/${tag.Key}`] = tag.Value ?? '';
  return context;
}

export function tagsFor(specifications: readonly TagSpecification[] | undefined, kind: string): Tag[] {
  return (specifications ?? []).filter((one) => one.ResourceType === kind).flatMap((one) => one.Tags ?? []);
}

export function tagMap(tags: readonly Tag[] | undefined): Tags {
  return new Map((tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
}

/** Tagging on create asks ec2:CreateTags too, with ec2:CreateAction naming the call. */
export function tagsOnCreate(
  estate: Estate,
  createAction: string,
  kind: string,
  tags: readonly Tag[],
): readonly AccessCheck[] {
  if (tags.length === 0) return [];
  return [onNew(estate, 'CreateTags', kind, { ...requestTags(tags), 'ec2:CreateAction': createAction })];
}

/** iam:PassRole on the role of an instance profile, passed to EC2. */
export function passRole(estate: Estate, profileArn: string | undefined): readonly AccessCheck[] {
  const profile = profileArn === undefined ? undefined : estate.profiles.get(profileArn);
  return (profile?.roles ?? []).map((role) => ({
    action: 'iam:PassRole',
    resource: role,
    context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
  }));
}

/** An instance profile named by ARN or by name. */
export function profileArnOf(
  estate: Estate,
  given: { Arn?: string | undefined; Name?: string | undefined } | undefined,
): string {
  if (given?.Arn !== undefined) return given.Arn;
  const byName = [...estate.profiles.values()].find((profile) => profile.name === given?.Name);
  return byName?.arn ?? iamArn(estate, `instance-profile/${given?.Name ?? ''}`);
}

function kindContext(estate: Estate, kind: string, id: string | undefined): ConditionContext {
  if (id === undefined) return {};
  switch (kind) {
    case 'instance': {
      const instance = estate.instances.get(id);
      if (instance === undefined) return {};
      const profile = [...estate.associations.values()].find((one) => one.instance === id)?.profileArn;
      return {
        'ec2:InstanceID': id,
        'ec2:InstanceType': instance.type,
        'ec2:AvailabilityZone': instance.zone,
        'ec2:RootDeviceType': instance.rootType,
        'ec2:MetadataHttpTokens': instance.metadataTokens,
        'ec2:Tenancy': 'default',
        ...(profile === undefined ? {} : { 'ec2:InstanceProfile': profile }),
      };
    }
    case 'network-interface': {
      const eni = estate.interfaces.get(id);
      if (eni === undefined) return {};
      return {
        'ec2:NetworkInterfaceID': id,
        'ec2:Subnet': ec2Arn(estate, 'subnet', eni.subnet),
        'ec2:Vpc': ec2Arn(estate, 'vpc', eni.vpc),
        'ec2:AvailabilityZone': eni.zone,
      };
    }
    case 'security-group': {
      const group = estate.groups.get(id);
      return group === undefined ? {} : { 'ec2:SecurityGroupID': id, 'ec2:Vpc': ec2Arn(estate, 'vpc', group.vpc) };
    }
    case 'volume': {
      const volume = estate.volumes.get(id);
      if (volume === undefined) return {};
      return {
        'ec2:VolumeID': id,
        'ec2:VolumeSize': String(volume.gib),
        'ec2:VolumeType': volume.type,
        'ec2:Encrypted': String(volume.encrypted),
        'ec2:AvailabilityZone': volume.zone,
      };
    }
    case 'snapshot': {
      const snapshot = estate.snapshots.get(id);
      if (snapshot === undefined) return {};
      return {
        'ec2:SnapshotID': id,
        'ec2:VolumeSize': String(snapshot.gib),
        'ec2:Owner': snapshot.account,
        'ec2:ParentVolume': ec2Arn(estate, 'volume', snapshot.volume),
      };
    }
    case 'subnet': {
      const subnet = estate.subnets.get(id);
      return subnet === undefined ? {} : { 'ec2:SubnetID': id, 'ec2:Vpc': ec2Arn(estate, 'vpc', subnet.vpc) };
    }
    default:
      return {};
  }
}
