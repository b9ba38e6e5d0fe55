import { evidenceOf, processName, remoteOf } from './describe';
import type { Detection, Detector } from './finding';
import type { Connection, FindingFacts, Host } from './host';

export const findingMatch: Detector = {
  id: 'finding-match',
  title: 'the connection the finding is about',
  technique: 'T1071',
  rationale: 'What GuardDuty saw on the network, seen from inside: it names the process.',
  falsePositives:
    'An address shared by many services (a content network, a resolver); a probe that a public service answered.',
  needs: [['finding'], ['sockstat', 'volatile-state']],
  run: (host) => (host.finding === undefined ? [] : byAddress(host, host.finding)),
};

function byAddress(host: Host, finding: FindingFacts): readonly Detection[] {
  const wanted = new Set(finding.addresses);
  return host.connections
    .filter(({ remoteAddress, otherNamespace }) => wanted.has(bare(remoteAddress)) && !otherNamespace)
    .map((connection) => connected(connection, host, finding));
}

function connected(connection: Connection, host: Host, finding: FindingFacts): Detection {
  const process = host.processes.get(connection.owner.pid);
  const name = process === undefined ? connection.owner.process : processName(process);
  const port = finding.ports.length === 0 || finding.ports.includes(connection.remotePort);
  return {
    title: `${name} holds the connection the finding names: ${remoteOf(connection)}`,
    confidence: 'high',
    because: port ? 'address and port are those of the finding' : 'the address is that of the finding, on another port',
    subject: { kind: 'process', pid: connection.owner.pid },
    theme: 'network',
    evidence: evidenceOf([connection.owner.source, process?.source, process?.program?.source]),
    weight: 98,
  };
}

function bare(address: string): string {
  return address.replace(/^::ffff:/i, '');
}
