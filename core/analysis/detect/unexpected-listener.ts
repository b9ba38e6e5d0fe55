import { endpoint, evidenceOf, named, parentChain, processName, programName, suspiciousPlace } from './describe';
import { drivenFromOutside, handsOutShell, surelyDriven } from './driven-shell';
import type { Detection, Detector } from './finding';
import type { Connection, Host, Process } from './host';
import { BACKDOOR_PORTS, isShell, knownTool } from './known-tools';

export const unexpectedListener: Detector = {
  id: 'unexpected-listener',
  title: 'programs that wait for connections and are no service of the machine',
  technique: 'T1571',
  rationale: 'A back door waits for its owner; services are started by the init system from program folders.',
  falsePositives: 'A development server, an agent under /opt, a container (network namespace of its own).',
  needs: [
    ['sockstat', 'volatile-state'],
    ['psaux', 'pslist', 'volatile-state'],
  ],
  run: (host) => host.connections.filter(isWaiting).flatMap((connection) => detect(connection, host)),
};

function isWaiting({ state, localAddress, protocol }: Connection): boolean {
  return protocol === 'tcp' && /^LISTEN/.test(state) && !/^(?:127\.|::1$|::ffff:127\.)/.test(localAddress);
}

function detect(connection: Connection, host: Host): readonly Detection[] {
  const process = host.processes.get(connection.owner.pid);
  if (process === undefined || process.acquisition) return [];
  const signs = signsOf(process, connection, host);
  if (signs.length === 0) return [];
  const elsewhere = connection.otherNamespace;
  const high = signs.length >= 2 && !elsewhere;
  return [
    {
      title: `${processName(process)} waits for connections on ${endpoint(connection.localAddress, connection.localPort)}: ${named(process.args ?? process.comm, 80)}`,
      confidence: high ? 'high' : elsewhere ? 'low' : 'medium',
      because: `${signs.join('; ')}${elsewhere ? '; it is in a network namespace of its own, as a container is' : ''}`,
      subject: { kind: 'process', pid: process.pid },
      theme: 'access',
      evidence: evidenceOf([process.source, connection.owner.source, process.program?.source]),
      weight: high ? 86 : elsewhere ? 20 : 56,
    },
  ];
}

function signsOf(process: Process, connection: Connection, host: Host): readonly string[] {
  const name = programName(process);
  const signs: string[] = [];
  if (isShell(name) || knownTool(name)?.strength === 'weak') signs.push(`${named(name, 30)} is no server`);
  if (knownTool(name)?.strength === 'strong') signs.push(`${named(name, 30)} is a known tool of intruders`);
  if (handsOutShell(process.args ?? '')) signs.push('its arguments hand a shell to whoever connects');
  const place = suspiciousPlace(process);
  if (place !== undefined) signs.push(place);
  if (BACKDOOR_PORTS.has(connection.localPort)) signs.push(`port ${connection.localPort} is known from back doors`);
  const above = parentChain(host, process.pid)
    .slice(1)
    .find((parent) => isShell(programName(parent)) || isShell(parent.comm));
  // People start servers of their own from a shell all day; what a driven shell starts is the intruder's.
  if (above !== undefined && (signs.length > 0 || surelyDriven(drivenFromOutside(above, host))))
    signs.push(`it was started from the shell ${processName(above)}`);
  // A port alone is habit, not evidence.
  return signs.length === 1 && signs[0]?.startsWith('port ') ? [] : signs;
}
