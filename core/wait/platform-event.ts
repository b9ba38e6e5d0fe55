import * as z from 'zod';
import type { WaitKind } from '../ports/waits';

/** What an EventBridge event means to a wait: its kind and the external ids it speaks of. */
export interface Arrival {
  readonly kind: WaitKind;
  readonly external: string;
}

const EVENT = z.looseObject({ source: z.string(), 'detail-type': z.string(), detail: z.looseObject({}) });
export type PlatformEvent = z.output<typeof EVENT>;
export const PLATFORM_EVENT = EVENT;

/** Run Command says nothing more after these (SSM user guide, "Command statuses"). */
const COMMAND_END = new Set([
  'Success',
  'Failed',
  'TimedOut',
  'Cancelled',
  'DeliveryTimedOut',
  'ExecutionTimedOut',
  'Undeliverable',
  'Terminated',
]);

const COMMAND = z.looseObject({ 'command-id': z.string(), status: z.string() });
const SNAPSHOT = z.looseObject({ event: z.string(), snapshot_id: z.string() });
const SNAPSHOT_SET = z.looseObject({
  event: z.string(),
  snapshots: z.array(z.looseObject({ snapshot_id: z.string() })),
});
const STATE_CHANGE = z.looseObject({ 'instance-id': z.string(), state: z.string() });
const OBJECT = z.looseObject({ object: z.looseObject({ key: z.string() }) });

/**
 * The external ids of an AWS event, in the form waits use (`Wait.external`). None for events nobody waits for. Shapes:
 * EventBridge events of Systems Manager, Amazon EBS, Amazon EC2 and Amazon S3 in their user guides.
 */
export function arrivalsOf(event: PlatformEvent): readonly Arrival[] {
  switch (event['detail-type']) {
    case 'EC2 Command Invocation Status-change Notification':
      return commandArrivals(event.detail);
    case 'EBS Snapshot Notification':
    case 'EBS Multi-Volume Snapshots Completion Status':
      return snapshotArrivals(event.detail);
    case 'EC2 Instance State-change Notification': {
      const change = STATE_CHANGE.safeParse(event.detail).data;
      return change === undefined ? [] : [{ kind: 'instance', external: `${change['instance-id']}/${change.state}` }];
    }
    case 'Object Created': {
      const created = OBJECT.safeParse(event.detail).data;
      return created === undefined ? [] : [{ kind: 'object', external: created.object.key }];
    }
    default:
      return [];
  }
}

function commandArrivals(detail: unknown): readonly Arrival[] {
  const command = COMMAND.safeParse(detail).data;
  if (command === undefined || !COMMAND_END.has(command.status.replaceAll(' ', ''))) return [];
  return [{ kind: 'command', external: command['command-id'] }];
}

/** One snapshot (`createSnapshot`, `copySnapshot`) or a whole set (`createSnapshots`); a failed one has ended too. */
function snapshotArrivals(detail: unknown): readonly Arrival[] {
  const set = SNAPSHOT_SET.safeParse(detail).data;
  if (set !== undefined) return set.snapshots.map((one) => ({ kind: 'snapshots', external: idOf(one.snapshot_id) }));
  const single = SNAPSHOT.safeParse(detail).data;
  if (single === undefined) return [];
  return [{ kind: single.event === 'copySnapshot' ? 'copies' : 'snapshots', external: idOf(single.snapshot_id) }];
}

/** `arn:aws:ec2::eu-west-1:snapshot/snap-0abc` → `snap-0abc` */
function idOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

const EXECUTION = z.looseObject({ name: z.string(), status: z.string(), executionArn: z.string() });

/** The end of one of our executions: its incident and run are its name. */
export function executionEndOf(
  event: PlatformEvent,
): { readonly incident: string; readonly run: number; readonly status: string } | undefined {
  if (event['detail-type'] !== 'Step Functions Execution Status Change') return undefined;
  const execution = EXECUTION.safeParse(event.detail).data;
  if (execution === undefined || execution.status === 'RUNNING') return undefined;
  const name = /^([A-Z]{2}-[A-Z2-7]{8})-([0-9]+)$/.exec(execution.name);
  if (name === null) return undefined;
  return { incident: name[1] ?? '', run: Number(name[2]), status: execution.status };
}

/** What GitHub's workflow reports back on our bus. */
export const REPORT_EVENT = z.looseObject({
  source: z.literal('cordon.github'),
  'detail-type': z.literal('Report posted'),
  detail: z.looseObject({
    incident: z.string(),
    request: z.string(),
    ts: z.string(),
    summarySha256: z.string().regex(/^[0-9a-f]{64}$/),
    runUrl: z.string().max(500),
    verdict: z.string().max(1000),
  }),
});

/** What the symbol factory says on our bus. */
export const SYMBOLS_EVENT = z.looseObject({
  source: z.literal('cordon.github'),
  'detail-type': z.literal('Symbols ready'),
  detail: z.looseObject({
    incident: z.string(),
    kernel: z.string().regex(/^[\w.+~-]{3,80}$/),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
});

/** What approve-stop.yml says on our bus. IAM lets only the job that reviewers let through say `Stop approved`. */
export const STOP_ANSWER_EVENT = z.looseObject({
  source: z.literal('cordon.github'),
  'detail-type': z.enum(['Stop approved', 'Stop rejected']),
  detail: z.looseObject({
    incident: z.string(),
    opening: z.number().int().positive(),
    plan: z.string().regex(/^[0-9a-f]{64}$/),
    by: z.array(z.string().regex(/^[A-Za-z0-9-]{1,39}$/)).max(20),
    runUrl: z.string().max(500),
  }),
});
