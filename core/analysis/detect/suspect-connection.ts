import {
  evidenceOf,
  isRemote,
  named,
  ownConnections,
  processName,
  programName,
  remoteOf,
  suspiciousPlace,
} from './describe';
import { drivenFromOutside, hasInlineProgram, surelyDriven } from './driven-shell';
import { cameInWindow, fromImage } from './file-times';
import type { Detection, Detector } from './finding';
import type { Host, Process } from './host';
import { isInterpreter, knownTool, looksLikeKernelThread } from './known-tools';
import { insideContainer } from './paths';

export const suspectConnection: Detector = {
  id: 'suspect-connection',
  title: 'connections to the outside held by programs that have no business there',
  technique: 'T1071',
  rationale: 'Where a program from a temporary place, or one that hides, connects to is where the attacker is.',
  falsePositives: 'An installer fetching its parts; a person using nc or telnet to test a connection.',
  needs: [
    ['sockstat', 'volatile-state'],
    ['psaux', 'pslist', 'volatile-state'],
  ],
  run: (host) => {
    const masters = drivers(host);
    return [...host.processes.values()].flatMap((process) => [
      ...detect(process, host),
      ...toMaster(process, masters, host),
    ]);
  },
};

/** Addresses from which shells are driven, and the processes that are. */
function drivers(host: Host): ReadonlyMap<string, Process> {
  const found = new Map<string, Process>();
  for (const process of host.processes.values()) {
    const driven = drivenFromOutside(process, host);
    if (driven !== undefined && surelyDriven(driven)) found.set(driven.connection.remoteAddress, process);
  }
  return found;
}

/** Who else speaks with the address from which a shell is driven: often what was broken into. */
function toMaster(process: Process, masters: ReadonlyMap<string, Process>, host: Host): readonly Detection[] {
  if (process.acquisition || masters.size === 0 || drivenFromOutside(process, host) !== undefined) return [];
  const shared = ownConnections(host, process.pid).filter(
    ({ state, remoteAddress }) => state !== 'LISTEN' && masters.has(remoteAddress),
  );
  const [first] = shared;
  const master = first === undefined ? undefined : masters.get(first.remoteAddress);
  if (first === undefined || master === undefined || reasonOf(process, host) !== undefined) return [];
  return [
    {
      title: `${processName(process)} is connected to ${remoteOf(first)}, the address from which ${processName(master)} is driven`,
      confidence: 'medium',
      because: 'one address for both: it may be what was broken into, or what the intruder started',
      subject: { kind: 'process', pid: process.pid },
      theme: 'network',
      evidence: evidenceOf([...shared.map(({ owner }) => owner.source), process.source, master.source]),
      weight: 59,
    },
  ];
}

function detect(process: Process, host: Host): readonly Detection[] {
  const reason = reasonOf(process, host);
  if (reason === undefined || process.acquisition) return [];
  // Told once, as the driven shell it is.
  if (!reason.strong && surelyDriven(drivenFromOutside(process, host))) return [];
  const connections = ownConnections(host, process.pid).filter(
    ({ state, remoteAddress, otherNamespace }) =>
      state !== 'LISTEN' && isRemote(remoteAddress) && (!otherNamespace || reason.anywhere),
  );
  if (connections.length === 0) return [];
  const to = [...new Set(connections.map(remoteOf))];
  return [
    {
      title: `${processName(process)} is connected to ${to.slice(0, 4).join(', ')}${to.length > 4 ? ` and ${to.length - 4} more` : ''}`,
      confidence: reason.strong ? 'high' : 'medium',
      because: `${reason.text}; the socket is its own, not inherited`,
      subject: { kind: 'process', pid: process.pid },
      theme: 'network',
      evidence: evidenceOf([...connections.map(({ owner }) => owner.source), process.source, process.program?.source]),
      weight: reason.strong ? 84 : 54,
    },
  ];
}

interface Reason {
  readonly text: string;
  readonly strong: boolean;
  /** As telling in a container as on the machine itself. */
  readonly anywhere: boolean;
}

function reasonOf(process: Process, host: Host): Reason | undefined {
  const reason = weakOrStrong(process, host);
  return reason === undefined ? undefined : { anywhere: reason.strong, ...reason };
}

function weakOrStrong(process: Process, host: Host): (Omit<Reason, 'anywhere'> & Partial<Reason>) | undefined {
  const place = suspiciousPlace(process);
  if (place !== undefined) return { text: place, strong: true };
  const { programFile } = process;
  const came = programFile.kind === 'on-disk' ? cameInWindow(programFile.row, host) : undefined;
  if (came !== undefined)
    return { text: 'its program came to the disk in the attack window', strong: came === 'certain' };
  if (
    programFile.kind === 'on-disk' &&
    insideContainer(programFile.row.path) !== undefined &&
    !fromImage(programFile.row)
  )
    return { text: 'its program was written into the container while it ran', strong: false, anywhere: true };
  const name = programName(process);
  const tool = knownTool(name) ?? knownTool(process.comm);
  if (tool?.strength === 'strong') return { text: `it is a ${tool.family}`, strong: true };
  if (process.hasUserMemory && process.ppid !== 2 && looksLikeKernelThread(process.comm)) {
    return { text: 'it bears the name of a kernel thread', strong: true };
  }
  if (tool !== undefined) return { text: `${named(name, 30)} is a ${tool.family}`, strong: false };
  if (isInterpreter(name) && hasInlineProgram(process)) {
    return { text: 'its program stands on the command line', strong: false };
  }
  return undefined;
}
