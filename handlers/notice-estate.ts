import { Refusal } from '../core/errors';
import { commitTo } from '../core/incident/commit';
import type { IncidentEvent } from '../core/incident/events';
import { replay } from '../core/incident/evolve';
import { commandId, type IncidentId } from '../core/incident/ids';
import type { Incident } from '../core/incident/incident';
import type { Claims } from '../core/ports/claims';
import type { Clock } from '../core/ports/clock';
import type { IncidentLedger } from '../core/ports/incident-ledger';
import type { IncidentList } from '../core/ports/incident-list';
import type { EstateEvent } from '../core/wait/estate-event';

export interface NoticePorts {
  readonly ledger: IncidentLedger;
  readonly clock: Clock;
  readonly list: Pick<IncidentList, 'open'>;
  readonly claims: Pick<Claims, 'find'>;
}

const SYSTEM = { kind: 'system', part: 'resume' } as const;
/** Open incidents that are looked through for a group's name. */
const LOOKED_THROUGH = 200;
/** A group that breathes for days tells its incident this much, not everything. */
const MOST_NOTICES = 20;

/** Adds to an open incident what Auto Scaling did to its group, and that its own instance is gone. */
export async function noticeEstate(ports: NoticePorts, event: EstateEvent): Promise<void> {
  if (event.kind === 'ended') return ended(ports, event);
  const rows = await ports.list.open(LOOKED_THROUGH);
  const { account, region } = event.key;
  const touched = rows.filter((row) => row.account === account && row.region === region && row.group === event.group);
  for (const row of touched) await scaled(ports, row.incident, event);
}

async function scaled(
  ports: NoticePorts,
  id: IncidentId,
  event: Extract<EstateEvent, { readonly group: string }>,
): Promise<void> {
  const incident = replay(await ports.ledger.read(id));
  if (incident === undefined || incident.noticed.length >= MOST_NOTICES) return;
  const { instance } = event.key;
  const isSubject = instance === incident.instance;
  const what = event.kind === 'launched' ? `started ${instance}: the application heals` : `terminated ${instance}`;
  const whose = event.kind === 'terminated' && !isSubject ? ', which is not this incident’s instance' : '';
  const notice: IncidentEvent = { type: 'EstateNoticed', text: `Auto Scaling group ${event.group} ${what}${whose}.` };
  const events = event.kind === 'terminated' && isSubject ? [notice, ...lossOf(incident)] : [notice];
  await record(ports, id, events, `scaling:${event.id}`);
}

async function ended(ports: NoticePorts, event: Extract<EstateEvent, { readonly kind: 'ended' }>): Promise<void> {
  const claim = await ports.claims.find(event.key);
  const incident = claim && replay(await ports.ledger.read(claim.incident));
  if (incident === undefined || incident.instance !== event.key.instance) return;
  const loss = lossOf(incident);
  if (loss.length > 0) await record(ports, incident.id, loss, `ended:${event.key.instance}`);
}

/** Cordon never terminates a subject, so somebody else did; it is said once. */
function lossOf(incident: Incident): readonly IncidentEvent[] {
  if (incident.evidenceLost !== undefined) return [];
  const sealed = incident.seals.length > 0 ? ' What was sealed before stays.' : '';
  return [
    { type: 'EvidenceLost', why: `${incident.instance ?? 'The instance'} was terminated, and not by Cordon.${sealed}` },
  ];
}

async function record(
  ports: NoticePorts,
  id: IncidentId,
  events: readonly IncidentEvent[],
  key: string,
): Promise<void> {
  try {
    await commitTo(ports.ledger, ports.clock, id, { type: 'Record', events }, SYSTEM, commandId(key));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
