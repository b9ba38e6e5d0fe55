import type { ModifySnapshotAttributeRequest } from '@aws-sdk/client-ec2';
import { findSnapshot, shareSnapshot } from '../../estate/snapshots';
import type { Estates } from '../../estate/world';
import { LabUnsupported, type Operation, operation } from '../service';
import { onResource } from './access';
import { dryRun } from './listing';

/** Who else may make volumes of a snapshot: adding accounts, as the product does. */
export function sharingOperations(estates: Estates): Record<string, Operation> {
  return {
    ModifySnapshotAttribute: operation<ModifySnapshotAttributeRequest, object>(
      ['SnapshotId', 'Attribute', 'CreateVolumePermission', 'DryRun'],
      {
        latencyMs: 180,
        authorize: (input, call) => [
          onResource(estates.of(call), 'ModifySnapshotAttribute', 'snapshot', input.SnapshotId, {
            'ec2:Attribute': input.Attribute ?? '',
            'ec2:Add/userId': accountsOf(input),
          }),
        ],
        run(input, call) {
          dryRun(input);
          if (input.Attribute !== 'createVolumePermission' || input.CreateVolumePermission?.Remove !== undefined)
            throw new LabUnsupported('anything of ModifySnapshotAttribute but adding accounts');
          const estate = estates.of(call);
          shareSnapshot(estate, findSnapshot(estate, input.SnapshotId), accountsOf(input));
          return {};
        },
      },
    ),
  };
}

function accountsOf(input: ModifySnapshotAttributeRequest): string[] {
  const added = input.CreateVolumePermission?.Add ?? [];
  if (added.some(({ Group }) => Group !== undefined)) throw new LabUnsupported('sharing a snapshot with everyone');
  return added.flatMap(({ UserId }) => UserId ?? []);
}
