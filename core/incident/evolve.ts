import { unreachable } from '../errors';
import type { EventMeta, EventOf } from './event-of';
import type { Commit, FindingRef, IncidentEvent } from './events';
import { evolveContainment } from './evolve-containment';
import { evolveEvidence } from './evolve-evidence';
import { evolveGates } from './evolve-gates';
import { evolveRun } from './evolve-run';
import type { IncidentId, Sha256 } from './ids';
import type { Incident } from './incident';

/** Folds one event into the incident. Pure; an event of a known version is never refused. */
export function evolve(
  incident: Incident | undefined,
  event: IncidentEvent,
  meta: EventMeta,
  id: IncidentId,
): Incident {
  if (event.type === 'IncidentOpened' || event.type === 'FindingPosted') return begin(event, meta, id);
  if (incident === undefined) throw new Error(`${id} starts with ${event.type}: its first rows are missing.`);
  switch (event.type) {
    case 'FindingAttached':
      return { ...incident, findings: [...incident.findings, event.finding] };
    case 'FindingUpdated':
      return { ...incident, findings: incident.findings.map((finding) => updated(finding, event)) };
    case 'RunRequested':
    case 'RunStarted':
    case 'RunEnded':
    case 'StepStarted':
    case 'StepCompleted':
    case 'StepFailed':
    case 'StepSkipped':
      return evolveRun(incident, event, meta);
    case 'EstateRecorded':
    case 'ContainmentOrderChosen':
    case 'InstanceDetached':
    case 'InstanceProtected':
    case 'InstanceIsolated':
    case 'ProfileSwapped':
    case 'SubnetCut':
    case 'SessionsRevoked':
    case 'StopIntended':
    case 'InstanceStopped':
    case 'EvidenceLost':
    case 'InstanceRuledOut':
    case 'CleanedUp':
    case 'InstanceReleased':
      return evolveContainment(incident, event, meta);
    case 'EvidenceKept':
    case 'MemoryCaptured':
    case 'SnapshotsTaken':
    case 'SnapshotsCopied':
    case 'BlocksHashed':
    case 'ForensicInstanceLaunched':
    case 'EvidenceAttached':
    case 'EvidenceSealed':
    case 'FinalSealed':
    case 'ReportRequested':
    case 'ReportPosted':
    case 'ReportLate':
    case 'SymbolsAsked':
    case 'SymbolsMade':
    case 'SymbolsLate':
      return evolveEvidence(incident, event, meta);
    case 'GateOpened':
    case 'GateVoteCast':
    case 'GateDecided':
    case 'GatePassed':
    case 'GateExpired':
    case 'GateOutsideAsked':
    case 'GateVoided':
    case 'GateReminded':
    case 'Paused':
    case 'Resumed':
      return evolveGates(incident, event, meta);
    case 'AbortRequested':
      return { ...running(incident), abort: { at: meta.at, ...by(meta), ...why(event) } };
    case 'ReleaseRequested':
      return { ...running(incident), ending: { purpose: 'release', at: meta.at, ...by(meta), ...why(event) } };
    case 'CloseRequested':
      return {
        ...running(incident),
        ending: { purpose: 'close', as: event.as, at: meta.at, ...by(meta), ...why(event) },
      };
    case 'OwnerSet':
      return { ...incident, owner: event.owner };
    case 'NoteAdded':
      return { ...incident, notes: [...incident.notes, { text: event.text, at: meta.at, ...by(meta) }] };
    case 'EstateNoticed':
      return { ...incident, noticed: [...incident.noticed, { text: event.text, at: meta.at }] };
    case 'CampaignNoticed':
      return { ...incident, campaign: { ...incident.campaign, offer: { lead: event.lead, why: event.why } } };
    case 'GroupedUnder':
      return { ...incident, campaign: { ...incident.campaign, lead: event.lead } };
    case 'MemberGrouped': {
      const { type: _type, member, ...where } = event;
      const members = [...incident.campaign.members, { incident: member, ...where }];
      return { ...incident, campaign: { ...incident.campaign, members } };
    }
    case 'ChangeAsked':
    case 'ChangeProposed':
    case 'IsolationReminded':
    case 'PauseReminded':
    case 'ExportAsked':
    case 'LinksAsked':
      return incident;
    case 'IncidentClosed':
      return { ...incident, status: 'closed', closed: { as: event.as, at: meta.at, ...why(event) } };
    default:
      return unreachable(event);
  }
}

/** Folds a whole row: its events, then what the row itself says. */
export function applyCommit(incident: Incident | undefined, commit: Commit): Incident {
  const person = commit.actor.kind === 'person' ? { person: commit.actor.person } : {};
  let next = incident;
  for (const event of commit.events) next = evolve(next, event, { at: commit.at, ...person }, commit.incident);
  if (next === undefined) throw new Error(`${commit.incident} row ${commit.seq} is empty.`);
  return {
    ...next,
    seq: commit.seq,
    headHash: commit.hash,
    updatedAt: commit.at,
    seenCommands: new Set(next.seenCommands).add(commit.commandId),
  };
}

/** The incident as its rows tell it; undefined when there are none. */
export function replay(commits: readonly Commit[]): Incident | undefined {
  let incident: Incident | undefined;
  for (const commit of commits) incident = applyCommit(incident, commit);
  return incident;
}

function begin(event: EventOf<'IncidentOpened' | 'FindingPosted'>, meta: EventMeta, id: IncidentId): Incident {
  const blank = {
    id,
    seq: 0,
    headHash: '0'.repeat(64) as Sha256,
    seenCommands: new Set<never>(),
    account: event.account,
    region: event.region,
    channel: event.channel,
    openedAt: meta.at,
    updatedAt: meta.at,
    runs: [],
    steps: {},
    gates: {},
    passedGates: {},
    containment: {},
    artefacts: [],
    volumes: [],
    attachedVolumes: [],
    missing: [],
    seals: [],
    notes: [],
    noticed: [],
    campaign: { members: [] },
    ...(event.instance === undefined ? {} : { instance: event.instance }),
    ...(meta.person === undefined ? {} : { openedBy: meta.person }),
  };
  if (event.type === 'FindingPosted')
    return { ...blank, status: 'posted', generation: 0, drill: false, findings: [event.finding], postedWhy: event.why };
  return {
    ...blank,
    status: 'open',
    generation: event.generation,
    drill: event.drill ?? false,
    playbook: event.playbook,
    findings: event.finding === undefined ? [] : [event.finding],
    ...(event.previous === undefined ? {} : { previous: event.previous }),
    ...(event.instanceName === undefined ? {} : { instanceName: event.instanceName }),
    ...(event.reason === undefined ? {} : { openReason: event.reason }),
  };
}

function updated(finding: FindingRef, event: EventOf<'FindingUpdated'>): FindingRef {
  if (finding.id !== event.id) return finding;
  return { ...finding, count: event.count, lastSeen: event.lastSeen, severity: event.severity };
}

/** Whatever ends a run ends its pause too. */
function running(incident: Incident): Incident {
  const { paused: _over, ...rest } = incident;
  return rest;
}

function by(meta: EventMeta): { readonly by?: NonNullable<EventMeta['person']> } {
  return meta.person === undefined ? {} : { by: meta.person };
}

function why(event: { readonly reason?: string }): { readonly reason?: string } {
  return event.reason === undefined ? {} : { reason: event.reason };
}
