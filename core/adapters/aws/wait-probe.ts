import {
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ListCommandInvocationsCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { InstanceKey } from '../../incident/ids';
import { parseAccountId, parseInstanceId, parseRegion } from '../../incident/ids';
import type { StepName } from '../../incident/steps';
import type { WaitProbe } from '../../ports/wait-probe';
import type { Wait } from '../../ports/waits';
import { orElse } from './aws-call';
import type { ClientAt } from './places';

export interface ProbeClients {
  readonly ec2: ClientAt<EC2Client>;
  readonly ssm: ClientAt<SSMClient>;
  readonly s3: S3Client;
  readonly bucket: string;
  /** Where things of our own live (the forensic instance, copies). */
  readonly home: Omit<InstanceKey, 'instance'>;
}

/** What SSM calls a command that still runs. */
const RUNNING_COMMAND = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

/** Looks at what a wait waits for. Whatever is not found is pending: its deadline ends that. No ids left: nothing to wait for. */
export function awsWaitProbe(clients: ProbeClients): WaitProbe {
  return {
    async look(wait) {
      const pending = Object.entries(wait.external).filter(([, state]) => state === 'pending');
      const looks = pending.map(([external]) => isFinished(clients, wait, external));
      return (await Promise.all(looks)).every(Boolean) ? 'finished' : 'pending';
    },
  };
}

async function isFinished(clients: ProbeClients, wait: Wait, external: string): Promise<boolean> {
  const at = livesAtHome(wait) ? clients.home : (placeOf(wait) ?? clients.home);
  switch (wait.kind) {
    case 'command':
      return commandFinished(clients.ssm(at), external);
    case 'snapshots':
    case 'copies':
      return snapshotFinished(clients.ec2(at), external);
    case 'object':
      return objectExists(clients, external);
    case 'instance':
      return instanceIs(clients.ec2(at), external);
    case 'attachment':
      return volumeIs(clients.ec2(at), external);
    case 'gate':
    case 'failure':
    case 'report':
    case 'symbols':
      return false;
  }
}

const AT_HOME: ReadonlySet<StepName> = new Set(['Analyse the disks', 'Analyse the memory', 'Analyse the memory again']);

/** The forensic instance works at home, whatever account the victim is in. */
function livesAtHome({ kind, step }: Wait): boolean {
  return kind === 'attachment' || (step !== undefined && AT_HOME.has(step));
}

function placeOf(wait: Wait): InstanceKey | undefined {
  if (wait.place === undefined) return undefined;
  const account = parseAccountId(wait.place.account);
  const region = parseRegion(wait.place.region);
  const instance = parseInstanceId(wait.place.instance);
  return account === undefined || region === undefined || instance === undefined
    ? undefined
    : { account, region, instance };
}

async function commandFinished(ssm: SSMClient, command: string): Promise<boolean> {
  const list = new ListCommandInvocationsCommand({ CommandId: command });
  const answer = await orElse('look at a command', ['InvalidCommandId'], undefined, () => ssm.send(list));
  const invocation = answer?.CommandInvocations?.[0];
  return invocation?.Status !== undefined && !RUNNING_COMMAND.has(invocation.Status);
}

async function snapshotFinished(ec2: EC2Client, snapshot: string): Promise<boolean> {
  const describe = new DescribeSnapshotsCommand({ SnapshotIds: [snapshot] });
  const answer = await orElse('look at a snapshot', ['InvalidSnapshot.NotFound'], undefined, () => ec2.send(describe));
  const state = answer?.Snapshots?.[0]?.State;
  return state === 'completed' || state === 'error';
}

async function objectExists({ s3, bucket }: ProbeClients, key: string): Promise<boolean> {
  const head = new HeadObjectCommand({ Bucket: bucket, Key: key });
  const answer = await orElse('look at an object', ['NotFound', 'NoSuchKey'], undefined, () => s3.send(head));
  return answer !== undefined;
}

/** `i-…/<state>` */
async function instanceIs(ec2: EC2Client, external: string): Promise<boolean> {
  const [instance = '', wanted] = external.split('/');
  const describe = new DescribeInstancesCommand({ InstanceIds: [instance] });
  const answer = await orElse('look at an instance', ['InvalidInstanceID.NotFound'], undefined, () =>
    ec2.send(describe),
  );
  const state = answer?.Reservations?.[0]?.Instances?.[0]?.State?.Name;
  return state === wanted || state === 'terminated';
}

/** `vol-…/<state>` */
async function volumeIs(ec2: EC2Client, external: string): Promise<boolean> {
  const [volume = '', wanted] = external.split('/');
  const describe = new DescribeVolumesCommand({ VolumeIds: [volume] });
  const answer = await orElse('look at a volume', ['InvalidVolume.NotFound'], undefined, () => ec2.send(describe));
  const found = answer?.Volumes?.[0];
  return found?.State === wanted || found?.Attachments?.[0]?.State === wanted;
}
