import type {
  DescribeLockedSnapshotsRequest,
  DescribeLockedSnapshotsResult,
  LockedSnapshotsInfo,
  LockSnapshotRequest,
  LockSnapshotResult,
} from '@aws-sdk/client-ec2';
import { note, now } from '../../estate/estate';
import { findSnapshot } from '../../estate/snapshots';
import type { Snapshot } from '../../estate/storage-types';
import type { Estates } from '../../estate/world';
import { AwsFault, type Operation, operation } from '../service';
import { describes, onResource } from './access';
import { chosen, dryRun, matches, page } from './listing';

const DAY_MS = 24 * 60 * 60 * 1000;
/** 100 years, the longest lock (EBS user guide, "Amazon EBS snapshot lock"). */
const MOST_DAYS = 36_500;

/** Governance can be lifted with the right permission; compliance can only be extended (F21). */
export function lockOperations(estates: Estates): Record<string, Operation> {
  return {
    LockSnapshot: operation<LockSnapshotRequest, LockSnapshotResult>(
      ['SnapshotId', 'LockMode', 'LockDuration', 'ExpirationDate', 'CoolOffPeriod', 'DryRun'],
      {
        latencyMs: 200,
        authorize: (input, call) => [
          onResource(estates.of(call), 'LockSnapshot', 'snapshot', input.SnapshotId, {
            'ec2:SnapshotLockDuration': String(input.LockDuration ?? ''),
          }),
        ],
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const snapshot = findSnapshot(estate, input.SnapshotId);
          lock(snapshot, input, now(estate));
          note(estate, 'LockSnapshot', snapshot.id);
          return render(snapshot);
        },
      },
    ),
    DescribeLockedSnapshots: operation<DescribeLockedSnapshotsRequest, DescribeLockedSnapshotsResult>(
      ['SnapshotIds', 'Filters', 'MaxResults', 'NextToken', 'DryRun'],
      {
        latencyMs: 80,
        authorize: describes('DescribeLockedSnapshots'),
        run(input, call) {
          dryRun(input);
          const all = chosen(
            estates.of(call).snapshots,
            input.SnapshotIds,
            (id) => new AwsFault('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`),
          );
          const found = all.filter(
            (one) => one.lock !== undefined && matches(input.Filters, { 'lock-state': one.lock.mode }, one.tags),
          );
          const { items, next } = page(found, input.MaxResults, input.NextToken);
          return { Snapshots: items.map(render), ...next };
        },
      },
    ),
  };
}

function lock(snapshot: Snapshot, input: LockSnapshotRequest, at: number): void {
  if (snapshot.state === 'error')
    throw new AwsFault('IncorrectState', `Snapshot '${snapshot.id}' is in the 'error' state.`);
  const mode = input.LockMode === 'compliance' ? 'compliance' : 'governance';
  const days = input.LockDuration ?? Math.ceil(((input.ExpirationDate?.getTime() ?? at) - at) / DAY_MS);
  if (!(days >= 1 && days <= MOST_DAYS)) {
    throw new AwsFault('InvalidParameterValue', `LockDuration must be from 1 to ${MOST_DAYS} days.`);
  }
  const old = snapshot.lock;
  if (old?.mode === 'compliance' && (mode !== 'compliance' || at + days * DAY_MS < old.expiresAt)) {
    throw new AwsFault('OperationNotPermitted', `The compliance lock of '${snapshot.id}' can only be extended.`);
  }
  snapshot.lock = { mode, days, lockedAt: at, expiresAt: at + days * DAY_MS };
}

function render(snapshot: Snapshot): LockedSnapshotsInfo {
  const held = snapshot.lock;
  if (held === undefined) return { SnapshotId: snapshot.id };
  return {
    SnapshotId: snapshot.id,
    LockState: held.mode,
    LockDuration: held.days,
    LockCreatedOn: new Date(held.lockedAt),
    LockDurationStartTime: new Date(held.lockedAt),
    LockExpiresOn: new Date(held.expiresAt),
  };
}
