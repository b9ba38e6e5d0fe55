import type { EventMeta, EventOf } from './event-of';
import type { Artefact, VolumeCopy } from './events';
import type { Incident } from './incident';

export type EvidenceEvent = EventOf<
  | 'EvidenceKept'
  | 'MemoryCaptured'
  | 'SnapshotsTaken'
  | 'SnapshotsCopied'
  | 'BlocksHashed'
  | 'ForensicInstanceLaunched'
  | 'EvidenceAttached'
  | 'EvidenceSealed'
  | 'FinalSealed'
  | 'ReportRequested'
  | 'ReportPosted'
  | 'ReportLate'
  | 'SymbolsAsked'
  | 'SymbolsMade'
  | 'SymbolsLate'
>;

/** Folds what was collected, sealed and reported. */
export function evolveEvidence(incident: Incident, event: EvidenceEvent, meta: EventMeta): Incident {
  switch (event.type) {
    case 'EvidenceKept':
      return { ...incident, artefacts: mergeArtefacts(incident.artefacts, event.artefacts) };
    case 'MemoryCaptured':
      return { ...incident, memory: { bytes: event.bytes, hostClaim: event.hostClaim, tool: event.tool } };
    case 'SnapshotsTaken':
    case 'SnapshotsCopied':
      return { ...incident, volumes: mergeVolumes(incident.volumes, event.volumes) };
    case 'BlocksHashed':
      return { ...incident, blockHashes: event.volumes };
    case 'ForensicInstanceLaunched':
      return { ...incident, forensicInstance: event.instance };
    case 'EvidenceAttached':
      return { ...incident, attachedVolumes: event.volumes };
    case 'EvidenceSealed':
    case 'FinalSealed':
      return sealed(incident, event, meta);
    case 'ReportRequested':
    case 'ReportPosted':
    case 'ReportLate':
      return reported(incident, event, meta);
    case 'SymbolsAsked': {
      const { request, kernel } = event;
      return { ...incident, symbols: { request, kernel, state: 'asked' } };
    }
    case 'SymbolsMade':
    case 'SymbolsLate':
      return symbolsAnswered(incident, event);
  }
}

/** Symbols that came after the wait ended are there for a later run; a late notice after them says nothing. */
function symbolsAnswered(incident: Incident, event: EventOf<'SymbolsMade' | 'SymbolsLate'>): Incident {
  const { symbols } = incident;
  if (symbols?.request !== event.request) return incident;
  if (event.type === 'SymbolsMade')
    return { ...incident, symbols: { ...symbols, state: 'made', sha256: event.sha256 } };
  return symbols.state === 'asked' ? { ...incident, symbols: { ...symbols, state: 'late' } } : incident;
}

function sealed(incident: Incident, event: EventOf<'EvidenceSealed' | 'FinalSealed'>, meta: EventMeta): Incident {
  const kind = event.type === 'FinalSealed' ? 'final' : 'derived';
  const seal = { kind, head: event.head, signature: event.signature, keyId: event.keyId, at: meta.at } as const;
  const next = { ...incident, seals: [...incident.seals, seal] };
  if (event.type !== 'FinalSealed') return next;
  return { ...next, finalSeal: { ...seal, fingerprint: event.fingerprint, rows: event.rows } };
}

/** GitHub's answer is also the end of the step that waits for it. */
function reported(
  incident: Incident,
  event: EventOf<'ReportRequested' | 'ReportPosted' | 'ReportLate'>,
  meta: EventMeta,
): Incident {
  switch (event.type) {
    case 'ReportRequested':
      return { ...incident, report: { request: event.request, state: 'requested', deadline: event.deadline } };
    case 'ReportPosted':
      return {
        ...withReportStep(incident, 'done', event.verdict, meta),
        report: {
          request: event.request,
          state: 'posted',
          deadline: incident.report?.deadline ?? '',
          ts: event.ts,
          summarySha256: event.summarySha256,
          runUrl: event.runUrl,
          verdict: event.verdict,
        },
      };
    case 'ReportLate':
      if (incident.report?.state !== 'requested') return incident;
      return {
        ...withReportStep(incident, 'skipped', event.why, meta),
        report: { ...incident.report, state: 'late', why: event.why },
      };
  }
}

function withReportStep(incident: Incident, state: 'done' | 'skipped', said: string, meta: EventMeta): Incident {
  const step = incident.steps.Report ?? { name: 'Report', attempt: 1 };
  return { ...incident, steps: { ...incident.steps, Report: { ...step, state, said, endedAt: meta.at } } };
}

/** One entry per path: the newest version of an artefact stands. */
function mergeArtefacts(old: readonly Artefact[], added: readonly Artefact[]): readonly Artefact[] {
  const byPath = new Map(old.map((artefact) => [artefact.path, artefact]));
  for (const artefact of added) byPath.set(artefact.path, artefact);
  return [...byPath.values()];
}

/** A volume keeps what earlier events said of it (its snapshot) and gains what this one says (its copy). */
function mergeVolumes(old: readonly VolumeCopy[], added: readonly VolumeCopy[]): readonly VolumeCopy[] {
  const byVolume = new Map(old.map((volume) => [volume.volume, volume]));
  for (const volume of added) byVolume.set(volume.volume, { ...byVolume.get(volume.volume), ...volume });
  return [...byVolume.values()];
}
