import { code, foreign, join, link, type Mrkdwn, md, time } from './mrkdwn';
import { ending, silent, type Tellers } from './tellers';
import { listed, plural } from './words';

function bullets(texts: readonly string[]): Mrkdwn {
  const shown = texts.slice(0, 12).map((text) => md`• ${foreign(text)}`);
  return join(texts.length > shown.length ? [...shown, md`• and ${texts.length - shown.length} more`] : shown);
}

/** What steps did to the machine. What a step says of itself is told by StepCompleted; here stands what that leaves out. */
export const TELL_STEPS: Tellers<
  | 'StepStarted'
  | 'StepCompleted'
  | 'StepFailed'
  | 'StepSkipped'
  | 'EstateRecorded'
  | 'ContainmentOrderChosen'
  | 'InstanceDetached'
  | 'InstanceProtected'
  | 'InstanceIsolated'
  | 'ProfileSwapped'
  | 'SubnetCut'
  | 'SessionsRevoked'
  | 'StopIntended'
  | 'InstanceStopped'
  | 'EvidenceLost'
  | 'InstanceRuledOut'
  | 'CleanedUp'
  | 'InstanceReleased'
> = {
  StepStarted: silent,
  StepCompleted: (event) => {
    const missing = (event.missing ?? [])
      .slice(0, 5)
      .map((gap) => md` Missing: ${foreign(gap.what)} (${foreign(gap.reason)}).`);
    return md`*${event.step}*: ${foreign(event.said, 600)}${join(missing, '')}`;
  },
  StepFailed: (event) =>
    md`*${event.step}* failed (${code(event.error)}): ${ending(event.cause, 400)}. What was done before stays as it is.`,
  StepSkipped: (event) => md`*${event.step}*: ${ending(event.reason)}.`,
  EstateRecorded: silent,
  ContainmentOrderChosen: (event) =>
    event.order === 'memory-first'
      ? md`Memory first, then isolation: ${ending(event.why)}.`
      : md`Isolation first: ${ending(event.why)}.`,
  InstanceDetached: silent,
  InstanceProtected: silent,
  InstanceIsolated: (event) => {
    const done = md`*Isolated*: ${plural(event.interfaces.length, 'interface')} in group ${code(event.group)}.`;
    return event.residual.length === 0 ? done : md`${done} What this cannot cut:\n${bullets(event.residual)}`;
  },
  ProfileSwapped: silent,
  SubnetCut: (event) => md`*Subnet cut*: ${code(listed(event.subnets))} now has network ACL ${code(event.acl)}.`,
  SessionsRevoked: (event) => md`*Sessions revoked* of role ${code(event.role)}: ${foreign(event.scope)}`,
  StopIntended: silent,
  InstanceStopped: (event) =>
    event.state === 'stopped'
      ? md`*Stopped*: the instance is stopped.`
      : md`*Stop* is under way: the instance is ${foreign(event.state)}; a graceful shutdown takes its time.`,
  EvidenceLost: (event) => md`*Evidence lost*: ${ending(event.why)}.`,
  InstanceRuledOut: (event, at) => {
    if (event.stays !== true) return undefined;
    const said = md`*Nothing is done here.* Somebody has to look into the finding by hand.`;
    const called = at.shout?.();
    return called ? join([said, called], ' ') : said;
  },
  CleanedUp: silent,
  InstanceReleased: (event) => {
    const done = md`*Released.* Restored:\n${bullets(event.restored)}`;
    return event.differs.length === 0 ? done : md`${done}\nDiffers from before:\n${bullets(event.differs)}`;
  },
};

/** What became of evidence, seals and the report. */
export const TELL_EVIDENCE: Tellers<
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
> = {
  EvidenceKept: silent,
  MemoryCaptured: silent,
  SnapshotsTaken: (event) => {
    const snapshots = listed(event.volumes.map((volume) => volume.snapshot));
    return md`Snapshots taken of ${plural(event.volumes.length, 'volume')}: ${code(snapshots, 300)}.`;
  },
  SnapshotsCopied: silent,
  BlocksHashed: (event) =>
    md`Disks hashed block by block: ${join(
      event.volumes.slice(0, 12).map((each) => md`${code(each.volume)} ${code(each.sha256.slice(0, 16))}…`),
      ', ',
    )}.`,
  ForensicInstanceLaunched: silent,
  EvidenceAttached: silent,
  EvidenceSealed: (event) => md`*Evidence sealed*: ${plural(event.entries, 'artefact')}, head ${code(event.head)}.`,
  FinalSealed: (event) =>
    md`*Sealed for good* with the record of every decision: ${event.rows} ledger rows, head ${code(event.head)}, key fingerprint ${code(event.fingerprint)}.`,
  ReportRequested: (event) => md`Summary asked of GitHub, expected until ${time(event.deadline)}.`,
  ReportPosted: (event) =>
    md`Summary posted above (${link(event.runUrl, 'the run')}): ${ending(event.verdict.split(':')[0] ?? '', 200)}.`,
  ReportLate: (event) =>
    md`*GitHub is late* with the summary: ${ending(event.why)}. The evidence is sealed; nothing waits for it.`,
  SymbolsAsked: (event) =>
    md`Symbols of kernel ${code(event.kernel)} asked of the symbol factory, expected until ${time(event.deadline)}; the memory is read again then.`,
  SymbolsMade: (event) => md`Symbols of kernel ${code(event.kernel)} are there: the memory is read again.`,
  SymbolsLate: (event) => md`*The symbol factory is late*: ${ending(event.why)}.`,
};
