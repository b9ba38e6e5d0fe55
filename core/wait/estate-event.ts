import * as z from 'zod';
import { type InstanceKey, parseAccountId, parseInstanceId, parseRegion } from '../incident/ids';
import type { PlatformEvent } from './platform-event';

/** What AWS did around an incident's instance while we work on it. */
export type EstateEvent =
  | {
      readonly kind: 'launched' | 'terminated';
      readonly key: InstanceKey;
      readonly group: string;
      /** Of the scaling activity: the same event twice is one. */
      readonly id: string;
    }
  /** The instance ended, whoever ended it. */
  | { readonly kind: 'ended'; readonly key: InstanceKey };

const PLACE = z.looseObject({ account: z.string(), region: z.string() });
const SCALING = z.looseObject({ AutoScalingGroupName: z.string(), EC2InstanceId: z.string(), ActivityId: z.string() });
const STATE = z.looseObject({ 'instance-id': z.string(), state: z.string() });

/** "EventBridge events" in the EC2 Auto Scaling user guide; what failed or waits in a hook tells nothing yet. */
const SCALED: Readonly<Record<string, 'launched' | 'terminated'>> = {
  'EC2 Instance Launch Successful': 'launched',
  'EC2 Instance Terminate Successful': 'terminated',
};

/** Reads a capacity change of a group, or the end of an instance; undefined for everything else. */
export function estateEventOf(event: PlatformEvent): EstateEvent | undefined {
  const place = PLACE.safeParse(event).data;
  if (place === undefined) return undefined;
  const kind = SCALED[event['detail-type']];
  if (event.source === 'aws.autoscaling' && kind !== undefined) {
    const scaled = SCALING.safeParse(event.detail).data;
    const key = scaled && keyOf(place, scaled.EC2InstanceId);
    return scaled && key && { kind, key, group: scaled.AutoScalingGroupName, id: scaled.ActivityId };
  }
  if (event['detail-type'] !== 'EC2 Instance State-change Notification') return undefined;
  const change = STATE.safeParse(event.detail).data;
  const key = change?.state === 'terminated' ? keyOf(place, change['instance-id']) : undefined;
  return key && { kind: 'ended', key };
}

function keyOf(place: z.output<typeof PLACE>, id: string): InstanceKey | undefined {
  const [account, region, instance] = [parseAccountId(place.account), parseRegion(place.region), parseInstanceId(id)];
  return account && region && instance ? { account, region, instance } : undefined;
}
