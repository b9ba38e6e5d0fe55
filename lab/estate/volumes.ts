import { AwsFault, type Principal } from '../aws/service';
import { after, ec2Arn, emit, note, now } from './estate';
import type { Instance, LaunchDevice } from './machine-types';
import type { Snapshot, Volume } from './storage-types';
import type { Tags } from './tagged';
import type { Estate } from './types';
import { keyProblem } from './volume-keys';

export function findVolume(estate: Estate, id: string | undefined): Volume {
  const volume = id === undefined ? undefined : estate.volumes.get(id);
  if (volume === undefined) throw new AwsFault('InvalidVolume.NotFound', `The volume '${id ?? ''}' does not exist.`);
  return volume;
}

export interface NewVolume {
  readonly gib: number;
  readonly type: string;
  readonly zone: string;
  readonly encrypted: boolean;
  readonly kmsKey: string | undefined;
  readonly snapshot?: Snapshot;
  readonly clientToken?: string;
  readonly tags: Tags;
}

/** A volume that is there at once, as those of a new instance are. */
export function addVolume(estate: Estate, wanted: NewVolume & { readonly id?: string }): Volume {
  const id = wanted.id ?? estate.ids.next('vol');
  const volume: Volume = {
    id,
    account: estate.parts.account,
    gib: wanted.gib,
    type: wanted.type,
    zone: wanted.zone,
    encrypted: wanted.encrypted,
    kmsKey: wanted.kmsKey,
    snapshot: wanted.snapshot?.id,
    createdAt: now(estate),
    clientToken: wanted.clientToken,
    content: wanted.snapshot?.content ?? id,
    tags: wanted.tags,
    state: 'available',
    attachment: undefined,
  };
  estate.volumes.set(id, volume);
  return volume;
}

/** CreateVolume: available after a while, or `error` when its key may not be used (which EC2 finds out later). */
export function createVolume(estate: Estate, wanted: NewVolume, by: Principal): Volume {
  const volume = addVolume(estate, wanted);
  volume.state = 'creating';
  note(estate, 'CreateVolume', volume.id);
  after(estate, estate.parts.durations.volumeCreate, `volume/${volume.id}`, () => {
    const problem = keyProblem(estate, by, volume.kmsKey);
    volume.state = problem === undefined ? 'available' : 'error';
    emit(estate, 'aws.ec2', 'EBS Volume Notification', [ec2Arn(estate, 'volume', volume.id)], {
      event: 'createVolume',
      result: problem === undefined ? 'available' : 'failed',
      cause: problem ?? '',
      'request-id': '',
    });
  });
  return volume;
}

export function attachVolume(estate: Estate, volume: Volume, instance: Instance, device: string): void {
  if (volume.attachment !== undefined) {
    throw new AwsFault('VolumeInUse', `${volume.id} is already attached to an instance`);
  }
  if (volume.state !== 'available') {
    throw new AwsFault('IncorrectState', `Volume '${volume.id}' is in the '${volume.state}' state.`);
  }
  if (volume.zone !== instance.zone) {
    throw new AwsFault(
      'InvalidVolume.ZoneMismatch',
      `The volume '${volume.id}' is not in the same availability zone as instance '${instance.id}'`,
    );
  }
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    throw new AwsFault('IncorrectState', `Instance '${instance.id}' is not 'running'.`);
  }
  if (instance.devices.some((one) => one.device === device)) {
    throw new AwsFault(
      'InvalidParameterValue',
      `Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`,
    );
  }
  plug(estate, volume, instance, device, false);
  note(estate, 'AttachVolume', `${volume.id} ${instance.id}`);
  if (volume.attachment !== undefined) Object.assign(volume.attachment, { state: 'attaching' });
  after(estate, estate.parts.durations.volumeAttach, `attach/${volume.id}`, () => {
    if (volume.attachment?.state === 'attaching') volume.attachment.state = 'attached';
  });
}

/** Attached at once: for volumes an instance is made with. */
export function plug(estate: Estate, volume: Volume, instance: Instance, device: string, deleted: boolean): void {
  volume.state = 'in-use';
  volume.attachment = { instance: instance.id, device, state: 'attached', at: now(estate) };
  instance.devices.push({ device, volume: volume.id, deleteOnTermination: deleted, attachedAt: now(estate) });
}

export function detachVolume(estate: Estate, volume: Volume): void {
  const attachment = volume.attachment;
  if (attachment === undefined) {
    throw new AwsFault('IncorrectState', `Volume '${volume.id}' is in the 'available' state.`);
  }
  attachment.state = 'detaching';
  note(estate, 'DetachVolume', volume.id);
  after(estate, estate.parts.durations.volumeDetach, `detach/${volume.id}`, () => {
    const instance = estate.instances.get(attachment.instance);
    if (instance !== undefined) instance.devices = instance.devices.filter((one) => one.volume !== volume.id);
    volume.attachment = undefined;
    if (volume.state === 'in-use') volume.state = 'available';
  });
}

export function deleteVolume(estate: Estate, volume: Volume): void {
  if (volume.attachment !== undefined) {
    throw new AwsFault('VolumeInUse', `Volume ${volume.id} is currently attached to ${volume.attachment.instance}`);
  }
  estate.volumes.delete(volume.id);
  note(estate, 'DeleteVolume', volume.id);
}

/** The volumes of a new instance from its block device mappings. */
export function addDevices(estate: Estate, instance: Instance, devices: readonly LaunchDevice[], tags: Tags): void {
  for (const device of devices) {
    const volume = addVolume(estate, {
      gib: device.gib ?? 8,
      type: device.type ?? 'gp3',
      zone: instance.zone,
      encrypted: device.encrypted ?? false,
      kmsKey: device.kmsKey,
      tags: new Map(tags),
    });
    plug(estate, volume, instance, device.device, device.deleteOnTermination ?? true);
  }
}
