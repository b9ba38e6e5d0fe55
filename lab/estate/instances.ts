import { AwsFault } from '../aws/service';
import { after, changed, ec2Arn, emit, note, now } from './estate';
import type { Instance, InstanceState } from './machine-types';
import type { Estate } from './types';

/** Moves an instance on and tells the bus, as EC2 does for each state. */
export function setState(estate: Estate, instance: Instance, state: InstanceState): void {
  if (instance.state === state) return;
  instance.state = state;
  emit(estate, 'aws.ec2', 'EC2 Instance State-change Notification', [ec2Arn(estate, 'instance', instance.id)], {
    'instance-id': instance.id,
    state,
  });
}

/** A new or restarted instance becomes running, boots, and then runs its user data. */
export function start(estate: Estate, instance: Instance): void {
  const { instanceStart, instanceBoot } = estate.parts.durations;
  setState(estate, instance, 'pending');
  after(estate, instanceStart, `running/${instance.id}`, () => {
    if (instance.state !== 'pending') return;
    setState(estate, instance, 'running');
    after(estate, instanceBoot, `boot/${instance.id}`, () => {
      if (instance.state === 'running') void estate.parts.executor().boot?.(estate, instance);
    });
  });
}

/** Stops a running instance; an instance that stops already or has stopped is left as it is (StopInstances is idempotent). */
export function stop(estate: Estate, instance: Instance): void {
  if (instance.state === 'stopping' || instance.state === 'stopped') return;
  if (instance.state !== 'running' && instance.state !== 'pending') {
    throw new AwsFault(
      'IncorrectInstanceState',
      `This instance '${instance.id}' is not in a state from which it can be stopped.`,
    );
  }
  if (instance.rootType === 'instance-store') {
    throw new AwsFault(
      'UnsupportedOperation',
      `The instance '${instance.id}' does not have an 'ebs' root device type and cannot be stopped`,
    );
  }
  // The default Spot request is a one-time one (EC2 User Guide, "Stop a Spot Instance": persistent requests only).
  if (instance.lifecycle === 'spot') {
    throw new AwsFault(
      'UnsupportedOperation',
      `You can't stop the Spot Instance '${instance.id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`,
    );
  }
  if (instance.disableApiStop) {
    throw new AwsFault(
      'OperationNotPermitted',
      `The instance '${instance.id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
    );
  }
  note(estate, 'StopInstances', instance.id);
  instance.stateReason = 'Client.UserInitiatedShutdown: User initiated shutdown';
  setState(estate, instance, 'stopping');
  changed(estate, instance.id);
  after(estate, estate.parts.durations.instanceStop, `stopped/${instance.id}`, () => {
    if (instance.state === 'stopping') setState(estate, instance, 'stopped');
  });
}

/** TerminateInstances' own check; Auto Scaling does not ask it. */
export function assertTerminable(instance: Instance): void {
  if (!instance.disableApiTermination) return;
  throw new AwsFault(
    'OperationNotPermitted',
    `The instance '${instance.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
  );
}

/** Ends an instance: volumes marked DeleteOnTermination go with it, the others become available. */
export function terminate(estate: Estate, instance: Instance, reason: string): void {
  if (instance.state === 'shutting-down' || instance.state === 'terminated') return;
  note(estate, 'TerminateInstances', instance.id);
  instance.stateReason = reason;
  setState(estate, instance, 'shutting-down');
  after(estate, estate.parts.durations.instanceTerminate, `terminated/${instance.id}`, () => {
    dismantle(estate, instance);
    setState(estate, instance, 'terminated');
  });
}

/** What is left of a terminated instance: an id and tags. Its interfaces, volumes and profile are gone or somebody else's. */
export function dismantle(estate: Estate, instance: Instance): void {
  releaseVolumes(estate, instance);
  for (const id of instance.interfaces) {
    const eni = estate.interfaces.get(id);
    if (eni === undefined) continue;
    eni.attachment = undefined;
    if (eni.deleteOnTermination) estate.interfaces.delete(id);
  }
  instance.interfaces = [];
  for (const [id, one] of estate.associations) if (one.instance === instance.id) estate.associations.delete(id);
}

function releaseVolumes(estate: Estate, instance: Instance): void {
  for (const device of instance.devices) {
    const volume = estate.volumes.get(device.volume);
    if (volume === undefined) continue;
    volume.attachment = undefined;
    volume.state = device.deleteOnTermination ? 'deleted' : 'available';
    if (device.deleteOnTermination) estate.volumes.delete(volume.id);
  }
  instance.devices = [];
}

/** Seconds of granularity, as `LaunchTime` has. */
export function launchTime(estate: Estate): number {
  return Math.floor(now(estate) / 1000) * 1000;
}
