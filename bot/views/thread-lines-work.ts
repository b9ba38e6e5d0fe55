import type { IncidentEvent } from '../../core/incident/events';
import { code, foreign, join, link, type Mrkdwn, md, time } from './mrkdwn';
import { bytesInWords, listed, plural } from './words';

type Of<T extends IncidentEvent['type']> = Extract<IncidentEvent, { readonly type: T }>;

type ContainmentEvent = Of<
  | 'EstateRecorded'
  | 'ContainmentOrderChosen'
  | 'InstanceDetached'
  | 'InstanceProtected'
  | 'InstanceIsolated'
  | 'ProfileSwapped'
  | 'SubnetCut'
  | 'SessionsRevoked'
  | 'InstanceStopped'
  | 'EvidenceLost'
  | 'CleanedUp'
  | 'InstanceReleased'
>;

/** What the thread says of containment. Steps tell the rest themselves; here stands what a step's own line leaves out. */
export function containmentLine(event: ContainmentEvent): Mrkdwn | undefined {
  switch (event.type) {
    case 'EstateRecorded':
    case 'InstanceProtected':
    case 'ProfileSwapped':
    case 'CleanedUp':
      return undefined;
    case 'ContainmentOrderChosen':
      return event.order === 'memory-first'
        ? md`Memory first, then isolation: ${foreign(event.why)}`
        : md`Isolation first: ${foreign(event.why)}`;
    case 'InstanceDetached':
      return event.group && event.how !== 'none'
        ? md`Taken out of Auto Scaling group ${code(event.group)} (${event.how}); the group keeps its capacity.`
        : undefined;
    case 'InstanceIsolated':
      return isolated(event);
    case 'SubnetCut':
      return md`*Subnet cut*: ${code(listed(event.subnets))} now has network ACL ${code(event.acl)}.`;
    case 'SessionsRevoked':
      return md`*Sessions revoked* of role ${code(event.role)}: ${foreign(event.scope)}`;
    case 'InstanceStopped':
      return md`*Stopped*: the instance is ${foreign(event.state)}.`;
    case 'EvidenceLost':
      return md`*Evidence lost*: ${foreign(event.why)}`;
    case 'InstanceReleased':
      return released(event);
  }
}

function bullets(texts: readonly string[]): Mrkdwn {
  const shown = texts.slice(0, 12).map((text) => md`• ${foreign(text)}`);
  return join(texts.length > shown.length ? [...shown, md`• and ${texts.length - shown.length} more`] : shown);
}

function isolated(event: Of<'InstanceIsolated'>): Mrkdwn {
  const done = md`*Isolated*: ${plural(event.interfaces.length, 'interface')} in group ${code(event.group)}.`;
  return event.residual.length === 0 ? done : md`${done} What this cannot cut:\n${bullets(event.residual)}`;
}

function released(event: Of<'InstanceReleased'>): Mrkdwn {
  const done = md`*Released.* Restored:\n${bullets(event.restored)}`;
  return event.differs.length === 0 ? done : md`${done}\nDiffers from before:\n${bullets(event.differs)}`;
}

type EvidenceEvent = Of<
  | 'MemoryCaptured'
  | 'SnapshotsTaken'
  | 'SnapshotsCopied'
  | 'EvidenceSealed'
  | 'FinalSealed'
  | 'ReportRequested'
  | 'ReportPosted'
  | 'ReportLate'
  | 'RecordProposed'
>;

/** What the thread says of evidence, seals and the report. */
export function evidenceLine(event: EvidenceEvent): Mrkdwn | undefined {
  switch (event.type) {
    case 'MemoryCaptured':
      return md`Memory captured: ${bytesInWords(event.bytes)} with ${code(event.tool)}; the host claims SHA-256 ${code(event.hostClaim.slice(0, 16))}….`;
    case 'SnapshotsTaken':
      return md`Snapshots taken of ${plural(event.volumes.length, 'volume')}: ${code(listed(event.volumes.map((v) => v.snapshot)), 300)}.`;
    case 'SnapshotsCopied':
      return md`Snapshots copied under the evidence key.`;
    case 'EvidenceSealed':
      return md`*Evidence sealed*: ${plural(event.entries, 'artefact')}, head ${code(event.head)}.`;
    case 'FinalSealed':
      return md`*Sealed for good* with the record of every decision: ${event.rows} ledger rows, head ${code(event.head)}, key fingerprint ${code(event.fingerprint)}.`;
    case 'ReportRequested':
      return md`Summary asked of GitHub, expected until ${time(event.deadline)}.`;
    case 'ReportPosted':
      return md`Summary posted above (${link(event.runUrl, 'the run')}): ${foreign(event.verdict)}`;
    case 'ReportLate':
      return md`*GitHub is late* with the summary: ${foreign(event.why)} The evidence is sealed; nothing waits for it.`;
    case 'RecordProposed':
      return md`Incident record proposed: ${link(event.url, 'pull request')}.`;
  }
}
