import type { AccountId, RegionName } from '../core/incident/ids';
import type { Rulebook } from '../core/policy/rulebook';
import type { Claims } from '../core/ports/claims';
import type { Clock } from '../core/ports/clock';
import type { Directory } from '../core/ports/directory';
import type { IncidentLedger } from '../core/ports/incident-ledger';
import type { Groups, IncidentList } from '../core/ports/incident-list';
import type { SlackMessages } from '../core/ports/slack-messages';
import type { KillSwitch } from '../core/ports/switches';

/** What the edge may touch: the ledger, and rows that can be rebuilt from it. Nothing else in the world. */
export interface Bot {
  readonly ledger: IncidentLedger;
  readonly claims: Claims;
  readonly incidents: IncidentList;
  readonly groups: Groups;
  readonly directory: Pick<Directory, 'standing'>;
  readonly killSwitch: KillSwitch;
  readonly messages: SlackMessages;
  readonly clock: Clock;
  readonly rulebook: Rulebook;
  readonly home: BotHome;
}

export interface BotHome {
  /** Where new incidents are told. */
  readonly channel: string;
  readonly account: AccountId;
  readonly region: RegionName;
  /** Accounts whose instances may be responded to. */
  readonly accounts: readonly AccountId[];
  /** Ours, to tell foreign clicks apart. */
  readonly appId: string;
  readonly teamId: string;
  /** `owner/name` on GitHub. */
  readonly repository?: string;
  /** Version of this function as deployed. */
  readonly version?: string;
}
