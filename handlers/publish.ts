import { Transient } from '../core/errors';
import { incidentRecord } from '../core/gitops/incident-record';
import { threadTrailer } from '../core/gitops/thread-trailer';
import { isToldToGithub, type ToldToGithub } from '../core/incident/audience';
import { commitTo } from '../core/incident/commit';
import type { Commit, IncidentEvent } from '../core/incident/events';
import { replay } from '../core/incident/evolve';
import { commandId, type IncidentId } from '../core/incident/ids';
import { awaitsOutside, type Incident } from '../core/incident/incident';
import { OUTSIDE_ENVIRONMENT } from '../core/incident/outside';
import type { Clock } from '../core/ports/clock';
import type { Cursors } from '../core/ports/cursors';
import type { IncidentLedger } from '../core/ports/incident-ledger';
import type { Repository } from '../core/ports/repository';
import type { SlackMessages } from '../core/ports/slack-messages';
import { proposalFor } from './propose-change';

export interface PublishPorts {
  readonly ledger: IncidentLedger;
  readonly cursors: Cursors;
  readonly clock: Clock;
  readonly repository: Pick<Repository, 'dispatch' | 'file' | 'propose'>;
  readonly messages: Pick<SlackMessages, 'find'>;
}

/**
 * Carries the ledger to GitHub: a pull request per asked change and per closed incident, one `repository_dispatch` per
 * requested report, per kernel without symbols and per stop that is asked outside Slack: ids, digests, a kernel's banner. While GitHub is down the call throws,
 * the cursor stays, and the message comes again; workflows look before they post, and a stop is decided once, so twice is once.
 */
export function makePublish(ports: PublishPorts): (incident: IncidentId) => Promise<void> {
  return async (id) => {
    const rows = await ports.ledger.read(id);
    const incident = replay(rows);
    if (incident === undefined) return;
    const cursor = await ports.cursors.get('publish', id);
    if (cursor >= incident.seq) return;
    for (const row of rows.slice(cursor)) {
      for (const event of row.events.filter(isToldToGithub)) await tell(ports, { incident, rows, row, event });
    }
    await ports.cursors.advance('publish', id, incident.seq);
  };
}

interface Told {
  readonly incident: Incident;
  readonly rows: readonly Commit[];
  readonly row: Commit;
  readonly event: ToldToGithub;
}

async function tell(ports: PublishPorts, { incident, rows, row, event }: Told): Promise<void> {
  switch (event.type) {
    case 'ReportRequested':
      return askForSummary(ports, incident, event.request);
    case 'SymbolsAsked':
      return askForSymbols(ports, incident, event);
    case 'GateOutsideAsked':
      return askOutside(ports, incident, event);
    case 'FinalSealed':
      return proposeRecord(ports, rows.slice(0, row.seq));
    case 'ChangeAsked':
      return incident.status === 'open' ? propose(ports, row, event) : undefined;
  }
}

async function askForSummary(ports: PublishPorts, incident: Incident, request: string): Promise<void> {
  // Answered meanwhile: the row was nudged before and its dispatch arrived, only the cursor was not written.
  if (incident.report?.request === request && incident.report.state === 'posted') return;
  const root = await ports.messages.find(incident.id, 'root');
  if (root === undefined)
    throw new Transient(`${incident.id} has no thread in Slack yet: the summary is asked for when it has.`);
  await ports.repository.dispatch('analysis-summary', {
    incident: incident.id,
    request,
    channel: root.channel,
    thread: root.ts,
  });
}

/** The factory gets the banner, which it takes apart strictly, and whom to tell. */
async function askForSymbols(
  ports: PublishPorts,
  incident: Incident,
  { request, banner }: Extract<IncidentEvent, { type: 'SymbolsAsked' }>,
): Promise<void> {
  if (incident.symbols?.request !== request || incident.symbols.state !== 'asked') return;
  await ports.repository.dispatch('symbols', { incident: incident.id, banner });
}

/** Reviewers compare the digest with the one under the question in the thread; nothing else of the incident leaves. */
async function askOutside(
  ports: PublishPorts,
  incident: Incident,
  asked: Extract<IncidentEvent, { type: 'GateOutsideAsked' }>,
): Promise<void> {
  const gate = incident.gates[asked.gate];
  if (gate === undefined || gate.opening !== asked.opening || !awaitsOutside(gate)) return;
  const payload = { incident: incident.id, opening: asked.opening, plan: gate.plan.digest };
  await ports.repository.dispatch(OUTSIDE_ENVIRONMENT, payload);
}

/** One pull request per asked change; the branch is named after it, so twice is once. */
async function propose(
  ports: PublishPorts,
  row: Commit,
  asked: Extract<IncidentEvent, { type: 'ChangeAsked' }>,
): Promise<void> {
  const by = row.actor.kind === 'person' ? row.actor.person : row.actor.part;
  const thread = await ports.messages.find(row.incident, 'root');
  const change = await proposalFor(ports.repository, {
    ...asked,
    ...{ by, incident: row.incident },
    ...(thread ? { thread: { channel: thread.channel, ts: thread.ts } } : {}),
  });
  const { url } = await ports.repository.propose(change);
  const { change: kind, subject } = asked;
  const proposed = { type: 'ChangeProposed', change: kind, subject, url } as const;
  const actor = { kind: 'system', part: 'publish' } as const;
  const key = commandId(`proposed:${row.seq}`);
  await commitTo(ports.ledger, ports.clock, row.incident, { type: 'Record', events: [proposed] }, actor, key);
}

/**
 * The record of an incident that is over, once its books are sealed. Nothing may follow the final seal in the ledger, so
 * the pull request itself is where it is found: its body names the thread, and record.yml tells the thread of it.
 */
async function proposeRecord(ports: PublishPorts, rows: readonly Commit[]): Promise<void> {
  const incident = replay(rows);
  if (incident?.status !== 'closed') return;
  const { branch, path, title, content } = incidentRecord(incident, rows);
  const root = await ports.messages.find(incident.id, 'root');
  const body = [
    `What happened, who decided what, and what was sealed: \`${path}\`. Merging closes the file of ${incident.id}.`,
    ...(root ? [threadTrailer(root)] : []),
  ].join('\n\n');
  await ports.repository.propose({ branch, title, body, message: title, files: [{ path, content }] });
}
