import { Refusal } from '../core/errors';
import { campaignOf } from '../core/incident/campaign';
import { commitTo } from '../core/incident/commit';
import type { Commit, IncidentEvent } from '../core/incident/events';
import { replay } from '../core/incident/evolve';
import { commandId } from '../core/incident/ids';
import type { Incident } from '../core/incident/incident';
import type { Clock } from '../core/ports/clock';
import type { IncidentLedger } from '../core/ports/incident-ledger';
import type { IncidentList } from '../core/ports/incident-list';

export interface CampaignPorts {
  readonly ledger: IncidentLedger;
  readonly clock: Clock;
  readonly list: Pick<IncidentList, 'open'>;
}

const SYSTEM = { kind: 'system', part: 'conduct' } as const;
/** Incidents it is compared with: a wave larger than this has its lead among the newest. */
const COMPARED = 30;
/** After these an incident knows something new about who else may be hit. */
const TELLING: ReadonlySet<IncidentEvent['type']> = new Set(['IncidentOpened', 'FindingAttached', 'EstateRecorded']);

/** Offers, once, to group an incident under an older one that looks like the same attack. */
export async function noticeCampaign(ports: CampaignPorts, incident: Incident, news: readonly Commit[]): Promise<void> {
  const { campaign } = incident;
  const settled = campaign.lead !== undefined || campaign.offer !== undefined || campaign.members.length > 0;
  if (settled || incident.status !== 'open') return;
  if (!news.some((row) => row.events.some((event) => TELLING.has(event.type)))) return;
  const rows = (await ports.list.open(COMPARED)).filter((row) => row.incident !== incident.id);
  const others = await Promise.all(rows.map(async (row) => replay(await ports.ledger.read(row.incident))));
  const found = campaignOf(
    incident,
    others.flatMap((other) => other ?? []),
  );
  if (found === undefined) return;
  const events: readonly IncidentEvent[] = [{ type: 'CampaignNoticed', ...found }];
  try {
    await commitTo(ports.ledger, ports.clock, incident.id, { type: 'Record', events }, SYSTEM, commandId('campaign'));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
