import { AwsFault, type Principal } from '../aws/service';
import { after, emit, note, now, partition } from './estate';
import type { Instance } from './machine-types';
import type { Snapshot, Volume } from './storage-types';
import type { Tags } from './tagged';
import type { Estate } from './types';
import { isAwsManaged, keyProblem } from './volume-keys';
import type { Estates } from './world';

export function findSnapshot(estate: Estate, id: string | undefined): Snapshot {
  const snapshot = id === undefined ? undefined : estate.snapshots.get(id);
  if (snapshot === undefined)
    throw new AwsFault('InvalidSnapshot.NotFound', `The snapshot '${id ?? ''}' does not exist.`);
  return snapshot;
}

/** Of our own, or one that another account of the region shares with us. */
export function findReadable(estates: Estates, estate: Estate, id: string | undefined): Snapshot {
  return estate.snapshots.get(id ?? '') ?? sharedWithUs(estates, estate, id) ?? findSnapshot(estate, id);
}

function sharedWithUs(estates: Estates, { parts }: Estate, id: string | undefined): Snapshot | undefined {
  const others = estates.all().filter((other) => other.parts.region === parts.region);
  return others
    .flatMap((other) => other.snapshots.get(id ?? '') ?? [])
    .find((one) => one.sharedWith.includes(parts.account));
}

/** Only what a key of the customer encrypts, or nothing does, can be shared (EBS user guide, "Share an Amazon EBS snapshot"). */
export function shareSnapshot(estate: Estate, snapshot: Snapshot, accounts: readonly string[]): void {
  if (snapshot.kmsKey !== undefined && isAwsManaged(snapshot.kmsKey))
    throw new AwsFault('OperationNotPermitted', 'Encrypted snapshots with EBS default key cannot be shared');
  snapshot.sharedWith = [...new Set([...snapshot.sharedWith, ...accounts])];
  note(estate, 'ShareSnapshot', `${snapshot.id} ${accounts.join(' ')}`);
}

function newSnapshot(estate: Estate, from: Volume, description: string, tags: Tags): Snapshot {
  return {
    id: estate.ids.next('snap'),
    account: estate.parts.account,
    volume: from.id,
    gib: from.gib,
    encrypted: from.encrypted,
    kmsKey: from.kmsKey,
    description,
    startedAt: now(estate),
    // The point in time is fixed at the call: what is written later is not in it (F18).
    content: from.content,
    tags,
    state: 'pending',
    stateMessage: undefined,
    completedAt: undefined,
    lock: undefined,
    sharedWith: [],
  };
}

/** One crash-consistent set of an instance's volumes; each completes on its own, the event comes when all have (F18). */
export function createSnapshots(
  estate: Estate,
  instance: Instance,
  wanted: { description: string; skip: (volume: Volume) => boolean; tags: (volume: Volume) => Tags },
): Snapshot[] {
  const volumes = instance.devices.flatMap((device) => estate.volumes.get(device.volume) ?? []);
  const chosen = volumes.filter((volume) => !wanted.skip(volume));
  if (chosen.length === 0)
    throw new AwsFault('InvalidParameterValue', `Instance ${instance.id} has no EBS volumes to snapshot.`);
  const set = chosen.map((volume) => newSnapshot(estate, volume, wanted.description, wanted.tags(volume)));
  note(estate, 'CreateSnapshots', instance.id);
  const startTime = new Date(now(estate)).toISOString();
  for (const snapshot of set) {
    estate.snapshots.set(snapshot.id, snapshot);
    const { snapshotBase, snapshotPerGib } = estate.parts.durations;
    after(estate, snapshotBase + snapshotPerGib * snapshot.gib, `snapshot/${snapshot.id}`, () => {
      complete(estate, snapshot);
      if (set.every((one) => one.state !== 'pending')) announceSet(estate, set, startTime);
    });
  }
  return set;
}

function complete(estate: Estate, snapshot: Snapshot): void {
  snapshot.state = 'completed';
  snapshot.completedAt = now(estate);
}

/** In EBS events the region stands where an ARN has its account: `arn:aws:ec2::eu-west-1:snapshot/snap-…`. */
function eventArn(estate: Estate, kind: string, id: string): string {
  return `arn:${partition(estate.parts.region)}:ec2::${estate.parts.region}:${kind}/${id}`;
}

/** Amazon EBS user guide, "EventBridge for Amazon EBS", createSnapshots. */
function announceSet(estate: Estate, set: readonly Snapshot[], startTime: string): void {
  const arns = set.map((snapshot) => eventArn(estate, 'snapshot', snapshot.id));
  emit(estate, 'aws.ec2', 'EBS Multi-Volume Snapshots Completion Status', arns, {
    event: 'createSnapshots',
    result: 'succeeded',
    cause: '',
    'request-id': '',
    startTime,
    endTime: new Date(now(estate)).toISOString(),
    snapshots: set.map((snapshot) => ({
      snapshot_id: eventArn(estate, 'snapshot', snapshot.id),
      source: eventArn(estate, 'volume', snapshot.volume),
      status: snapshot.state,
    })),
  });
}

/** A copy; its source volume id is arbitrary (F24), its key is looked at later (F19). */
export function copySnapshot(
  estate: Estate,
  source: Snapshot,
  wanted: { description: string; encrypted: boolean; kmsKey: string | undefined; tags: Tags; by: Principal },
): Snapshot {
  if (source.state === 'error')
    throw new AwsFault('IncorrectState', `Snapshot '${source.id}' is in the 'error' state.`);
  const encrypted = wanted.encrypted || source.encrypted;
  const copy: Snapshot = {
    ...source,
    id: estate.ids.next('snap'),
    volume: 'vol-ffffffff',
    description: wanted.description,
    encrypted,
    kmsKey: encrypted ? (wanted.kmsKey ?? source.kmsKey ?? 'alias/aws/ebs') : undefined,
    startedAt: now(estate),
    tags: wanted.tags,
    state: 'pending',
    completedAt: undefined,
    lock: undefined,
    sharedWith: [],
  };
  estate.snapshots.set(copy.id, copy);
  note(estate, 'CopySnapshot', `${source.id} ${copy.id}`);
  finishCopy(estate, source, copy, wanted.by);
  return copy;
}

function finishCopy(estate: Estate, source: Snapshot, copy: Snapshot, by: Principal): void {
  const { copyBase, copyPerGib, volumeCreate } = estate.parts.durations;
  const startTime = new Date(now(estate)).toISOString();
  const problem = keyProblem(estate, by, copy.kmsKey) ?? keyProblem(estate, by, source.kmsKey);
  const delay = problem === undefined ? copyBase + copyPerGib * copy.gib : volumeCreate;
  after(estate, delay, `copy/${copy.id}`, () => {
    if (problem === undefined) complete(estate, copy);
    else Object.assign(copy, { state: 'error', stateMessage: problem });
    announceCopy(estate, source, copy, startTime);
  });
}

/** Amazon EBS user guide, "EventBridge for Amazon EBS", copySnapshot. */
function announceCopy(estate: Estate, source: Snapshot, copy: Snapshot, startTime: string): void {
  const arn = eventArn(estate, 'snapshot', copy.id);
  emit(estate, 'aws.ec2', 'EBS Snapshot Notification', [arn], {
    event: 'copySnapshot',
    result: copy.state === 'completed' ? 'succeeded' : 'failed',
    cause: copy.stateMessage ?? '',
    'request-id': '',
    snapshot_id: arn,
    source: eventArn(estate, 'snapshot', source.id),
    startTime,
    endTime: new Date(now(estate)).toISOString(),
    incremental: 'false',
  });
}

export function deleteSnapshot(estate: Estate, snapshot: Snapshot): void {
  if (snapshot.lock !== undefined) {
    throw new AwsFault('OperationNotPermitted', `The snapshot '${snapshot.id}' is locked and cannot be deleted.`);
  }
  estate.snapshots.delete(snapshot.id);
  note(estate, 'DeleteSnapshot', snapshot.id);
}
