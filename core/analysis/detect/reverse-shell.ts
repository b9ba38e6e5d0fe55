import { patternsOf } from './command-patterns';
import { evidenceOf, isRemote, named, parentChain, processName, programName, remoteOf } from './describe';
import type { Confidence, Detection, Detector } from './finding';
import type { Connection, Host, Process, SocketHolder } from './host';
import { isInterpreter, isShell, isWebServer, knownTool } from './known-tools';
import { baseName } from './paths';

export const reverseShell: Detector = {
  id: 'reverse-shell',
  title: 'shells and interpreters tied to a network connection, and shells under a web server',
  technique: 'T1059.004',
  rationale: 'A shell reads from a terminal or a script. One that reads from a connection is driven from outside.',
  falsePositives:
    'A socket-activated service written as a shell script (inetd, systemd Accept=yes); a remote administration agent.',
  needs: [
    ['psaux', 'pslist', 'volatile-state'],
    ['sockstat', 'volatile-state'],
  ],
  run: (host) => [...host.processes.values()].flatMap((process) => detect(process, host)),
};

function detect(process: Process, host: Host): readonly Detection[] {
  const held = heldConnection(process, host);
  const shell = isShell(programName(process)) || isShell(process.comm);
  const spoken = patternsOf(process.args ?? '').some(({ says }) => says === 'opens a reverse shell');
  if (held !== undefined && shell) return [tied(process, held, host)];
  if (
    held !== undefined &&
    (isInterpreter(programName(process)) || knownTool(programName(process))?.strength === 'weak') &&
    spoken
  ) {
    return [tied(process, held, host)];
  }
  if (spoken) return [spokenOnly(process)];
  const server = shell ? serverAbove(process, host) : undefined;
  return server === undefined ? [] : [underServer(process, server)];
}

interface Held {
  readonly connection: Connection;
  readonly holder: SocketHolder;
}

/** A connection to the outside that the process holds; one on standard input, output or error first. */
function heldConnection({ pid }: Process, { connections }: Host): Held | undefined {
  const held = connections
    .filter(
      ({ state, remoteAddress, otherNamespace }) => state !== 'LISTEN' && isRemote(remoteAddress) && !otherNamespace,
    )
    .flatMap((connection): readonly Held[] =>
      [connection.owner, ...connection.heirs]
        .filter((holder) => holder.pid === pid)
        .map((holder) => ({ connection, holder })),
    );
  // On another descriptor only the opener counts: children inherit what their parent forgot to close.
  return (
    held.find(({ holder }) => onStandardStreams(holder)) ?? held.find(({ connection }) => connection.owner.pid === pid)
  );
}

function onStandardStreams({ fds }: SocketHolder): boolean {
  return fds.some((fd) => fd <= 2);
}

function tied(process: Process, { connection, holder }: Held, host: Host): Detection {
  const standard = onStandardStreams(holder);
  const confidence: Confidence = standard ? 'high' : 'medium';
  const chain = parentChain(host, process.pid).slice(1, 4).map(processName);
  return {
    title: `${processName(process)} is a shell driven from ${remoteOf(connection)} (${named(process.args ?? process.comm, 60)})`,
    confidence,
    because: standard
      ? `its standard input or output is the connection (descriptors ${holder.fds.join(', ')})`
      : `it holds the connection on descriptor ${holder.fds.join(', ') || '(unknown)'}, which it may have inherited`,
    subject: { kind: 'process', pid: process.pid },
    theme: 'access',
    evidence: evidenceOf([process.source, holder.source, process.program?.source]),
    weight: standard ? (chain.length > 0 ? 97 : 96) : 62,
  };
}

function spokenOnly(process: Process): Detection {
  return {
    title: `${processName(process)} was started to open a reverse shell: ${named(process.args ?? '')}`,
    confidence: 'medium',
    because: 'only its arguments say so; no connection of it was found',
    subject: { kind: 'process', pid: process.pid },
    theme: 'access',
    evidence: evidenceOf([process.source]),
    weight: 64,
  };
}

function serverAbove(process: Process, host: Host): Process | undefined {
  if (host.connections.length === 0) return undefined;
  const [, parent] = parentChain(host, process.pid);
  if (parent === undefined || !isWebServer(baseName(programName(parent)))) return undefined;
  // Application servers start through shell scripts of their own; a shell below nginx, Apache or PHP is no such thing.
  return /^(?:java|node|nodejs|catalina|tomcat\d*|gunicorn|uwsgi|puma|unicorn)$/i.test(programName(parent))
    ? undefined
    : parent;
}

function underServer(process: Process, server: Process): Detection {
  return {
    title: `${processName(process)} is a shell under the web server ${processName(server)}: ${named(process.args ?? '', 80)}`,
    confidence: 'medium',
    because: 'web servers seldom start shells; a CGI script or a log pipe would look the same',
    subject: { kind: 'process', pid: process.pid },
    theme: 'access',
    technique: 'T1505.003',
    evidence: evidenceOf([process.source, server.source]),
    weight: 66,
  };
}
