import { lapsedOffers } from '../core/gate/evaluate';
import { commitTo } from '../core/incident/commit';
import type { Commit, IncidentEvent } from '../core/incident/events';
import { replay } from '../core/incident/evolve';
import { commandId, type IncidentId } from '../core/incident/ids';
import { type Incident, leftIsolated, leftUncleaned, type RunView } from '../core/incident/incident';
import type { Clock } from '../core/ports/clock';
import type { Cursors } from '../core/ports/cursors';
import type { IncidentLedger } from '../core/ports/incident-ledger';
import type { IncidentList } from '../core/ports/incident-list';
import type { WorkflowEngine } from '../core/ports/workflow-engine';
import { type Answering, answerWait } from '../core/wait/answer';
import { settlementOf } from '../core/wait/settle';
import { noticeCampaign } from './notice-campaign';

export interface ConductPorts extends Answering {
  readonly ledger: IncidentLedger;
  readonly clock: Clock;
  readonly cursors: Cursors;
  readonly list: IncidentList;
  readonly engine: WorkflowEngine;
}

const SYSTEM = { kind: 'system', part: 'conduct' } as const;

/**
 * Carries the ledger into Step Functions: starts requested runs, answers parked tasks, ends offers nobody took. It looks
 * at where the incident stands, not at single events, so it may run twice, late, or after rows it never saw.
 */
export function makeConduct(ports: ConductPorts): (incident: IncidentId) => Promise<void> {
  return async (id) => {
    const rows = await ports.ledger.read(id);
    const incident = replay(rows);
    if (incident === undefined) return;
    const cursor = await ports.cursors.get('conduct', id);
    if (cursor >= incident.seq) return;
    await listIt(ports, incident, rows.slice(cursor));
    await noticeCampaign(ports, incident, rows.slice(cursor));
    for (const run of incident.runs) if (run.state === 'requested') await start(ports, incident, run);
    await lapse(ports, incident);
    await settleAll(ports, incident);
    await ports.cursors.advance('conduct', id, incident.seq);
  };
}

const TELLING: ReadonlySet<IncidentEvent['type']> = new Set([
  'IncidentOpened',
  'FindingPosted',
  'FindingAttached',
  'FindingUpdated',
  'EstateRecorded',
  'InstanceDetached',
  'RunStarted',
  'RunEnded',
  'InstanceStopped',
  'InstanceReleased',
  'IncidentClosed',
]);

/** Index rows follow what opens, closes or renames an incident; other rows change nothing a list shows. */
async function listIt(ports: ConductPorts, incident: Incident, news: readonly Commit[]): Promise<void> {
  if (!news.some((commit) => commit.events.some((event) => TELLING.has(event.type)))) return;
  const group = incident.containment.detached?.group ?? incident.estate?.summary.group;
  await ports.list.put({
    incident: incident.id,
    account: incident.account,
    region: incident.region,
    openedAt: incident.openedAt,
    status: incident.status,
    title: incident.findings[0]?.title ?? incident.openReason ?? 'Opened by a responder',
    severity: Math.max(0, ...incident.findings.map((finding) => finding.severity)),
    channel: incident.channel,
    ...(incident.instance === undefined ? {} : { instance: incident.instance }),
    ...(group === undefined ? {} : { group }),
    ...(leftIsolated(incident) ? { leftIsolated: true } : {}),
  });
}

async function start(ports: ConductPorts, incident: Incident, run: RunView): Promise<void> {
  if (incident.instance === undefined || incident.status !== 'open') return;
  const { id, account, region, instance } = incident;
  const { execution } = await ports.engine.start({
    incident: id,
    run: run.run,
    purpose: run.purpose,
    leftovers: leftUncleaned(incident) ? 'yes' : 'no',
    account,
    region,
    instance,
  });
  const command = { type: 'StartRun', run: run.run, execution } as const;
  await commitTo(ports.ledger, ports.clock, id, command, SYSTEM, commandId(`start:${run.run}`));
}

async function lapse(ports: ConductPorts, incident: Incident): Promise<void> {
  for (const gate of lapsedOffers(incident)) {
    const early = `${towardsTheEnd(incident)} and nobody took the offer`;
    const command = { type: 'ExpireGate', gate: gate.name, opening: gate.opening, early } as const;
    await commitTo(
      ports.ledger,
      ports.clock,
      incident.id,
      command,
      SYSTEM,
      commandId(`lapse:${gate.name}:${gate.opening}`),
    );
  }
}

function towardsTheEnd({ report }: Incident): string {
  if (report === undefined) return 'the forensics are over';
  return report.state === 'posted' ? 'the report is in' : 'the run went on without the report';
}

/** Answers every parked task the ledger has something to say to. */
async function settleAll(ports: ConductPorts, incident: Incident): Promise<void> {
  for (const wait of await ports.waits.parkedOf(incident.id)) {
    const settlement = settlementOf(incident, wait);
    if (settlement !== undefined) await answerWait(ports, wait, settlement);
  }
}
