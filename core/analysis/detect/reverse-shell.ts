import { patternsOf } from './command-patterns';
import {
  evidenceOf,
  isRemote,
  named,
  ownConnections,
  parentChain,
  processName,
  programName,
  remoteOf,
} from './describe';
import { type Driven, drivenFromOutside, handsOutShell, surelyDriven } from './driven-shell';
import type { Detection, Detector } from './finding';
import type { Connection, Host, Process } from './host';
import { isShell, isWebServer, knownTool } from './known-tools';
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
  if (process.acquisition) return [];
  const driven = drivenFromOutside(process, host);
  if (driven !== undefined) return [tied(process, driven)];
  const relay = relayOf(process, host);
  if (relay !== undefined) return [relayed(process, relay)];
  // What a driven shell stands below is told with it.
  if (handsOutShell(process.args ?? '')) return childDriven(process, host) ? [] : [spokenOnly(process)];
  const shell = isShell(programName(process)) || isShell(process.comm);
  const server = shell ? serverAbove(process, host) : undefined;
  return server === undefined ? [] : [underServer(process, server)];
}

function tied(process: Process, driven: Driven): Detection {
  const { connection, holder, standard, spoken } = driven;
  const sure = surelyDriven(driven);
  return {
    title: `${processName(process)} is a shell driven from ${remoteOf(connection)} (${named(process.args ?? process.comm, 60)})`,
    confidence: sure ? 'high' : 'medium',
    because: standard
      ? `its standard input or output is the connection (descriptors ${holder.fds.join(', ')})`
      : spoken
        ? 'its arguments tie a shell to the network, and it holds the connection'
        : `it holds the connection on descriptor ${holder.fds.join(', ') || '(unknown)'}, which it may have inherited`,
    subject: { kind: 'process', pid: process.pid },
    theme: 'access',
    evidence: evidenceOf([process.source, holder.source, process.program?.source]),
    weight: standard ? 97 : spoken ? 93 : 62,
  };
}

interface Relay {
  readonly tool: Process;
  readonly connection: Connection;
}

/** An interactive shell and a network tool of one pipeline (`cat f | sh -i | openssl s_client … > f`): the tool hands on what is typed. */
function relayOf(process: Process, host: Host): Relay | undefined {
  const shell = isShell(programName(process)) || isShell(process.comm);
  if (!shell || process.ppid <= 1 || !/\s-\w*i\b/.test(process.args ?? '')) return undefined;
  for (const tool of host.processes.values()) {
    if (tool.ppid !== process.ppid || tool.pid === process.pid || !isNetworkTool(tool)) continue;
    const connection = ownConnections(host, tool.pid).find(
      ({ state, remoteAddress }) => state !== 'LISTEN' && isRemote(remoteAddress),
    );
    if (connection !== undefined) return { tool, connection };
  }
  return undefined;
}

function isNetworkTool(process: Process): boolean {
  const first = baseName((process.args ?? '').split(' ')[0] ?? '');
  const names = [programName(process), process.comm, first];
  return (
    /\bopenssl\s+s_client\b/.test(process.args ?? '') || names.some((name) => knownTool(name)?.technique === 'T1095')
  );
}

function relayed(process: Process, { tool, connection }: Relay): Detection {
  return {
    title: `${processName(process)} is a shell driven from ${remoteOf(connection)} (${named(process.args ?? process.comm, 60)})`,
    confidence: 'high',
    because: `it is interactive, and ${processName(tool)} of the same pipeline holds the connection (${named(tool.args ?? '', 80)})`,
    subject: { kind: 'process', pid: process.pid },
    theme: 'access',
    evidence: evidenceOf([process.source, tool.source, connection.owner.source]),
    weight: 94,
  };
}

function childDriven({ pid }: Process, host: Host): boolean {
  return [...host.processes.values()].some(
    (child) => child.ppid === pid && surelyDriven(drivenFromOutside(child, host)),
  );
}

function spokenOnly(process: Process): Detection {
  return {
    title: `${processName(process)} was started to hand out a shell over the network: ${named(process.args ?? '')}`,
    confidence: 'medium',
    because: 'only its arguments say so; no connection of it was found',
    subject: { kind: 'process', pid: process.pid },
    theme: 'access',
    evidence: evidenceOf([process.source]),
    weight: 64,
  };
}

/** Application servers start through shell scripts of their own; a shell below nginx, Apache or PHP is no such thing. */
const APPLICATION_SERVERS = /^(?:java|node|nodejs|catalina|tomcat\d*|gunicorn|uwsgi|puma|unicorn)$/i;

function serverAbove(process: Process, host: Host): Process | undefined {
  // PHP's mail() starts sendmail through a shell.
  if (/^\S*sh\s+-c\s+\S*\/(?:sendmail|msmtp|exim4?)\b/.test(process.args ?? '')) return undefined;
  const [, parent] = parentChain(host, process.pid);
  if (parent === undefined || !isWebServer(baseName(programName(parent)))) return undefined;
  return APPLICATION_SERVERS.test(programName(parent)) && !looksAround(process) ? undefined : parent;
}

/** `sh -i`, or `sh -c` with what someone types who just got in. */
function looksAround({ args }: Process): boolean {
  const text = args ?? '';
  if (/^\S*sh\s+-i\b/.test(text)) return true;
  const command = /^\S*sh\s+-c\s+["']?(.*)$/s.exec(text)?.[1];
  return command !== undefined && patternsOf(command).length > 0;
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
