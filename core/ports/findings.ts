import type { AccountId, RegionName } from '../incident/ids';

/** GuardDuty itself: what an event claims is read again here before anything is changed. */
export interface Findings {
  /** reads: the finding as GuardDuty knows it, in the shape of its API made camelCase like the event's `detail`; undefined when it does not know it. */
  find(detectorId: string, findingId: string, account: AccountId, region: RegionName): Promise<unknown | undefined>;
  /** changes: archives with feedback (false positives). */
  archive(detectorId: string, findingId: string, region: RegionName): Promise<void>;
}
