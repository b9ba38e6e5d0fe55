import type { SourceLine } from '../parse-result';
import { evidenceOf, named, processName, remoteOf } from './describe';
import type { Detection, Detector, Subject } from './finding';
import type { Connection, FindingFacts, Host } from './host';

export const findingMatch: Detector = {
  id: 'finding-match',
  title: 'the addresses and names the finding is about, in sockets, commands, environments and recovered text',
  technique: 'T1071',
  rationale: 'What GuardDuty saw on the network, seen from inside: it names the process.',
  falsePositives: 'An address shared by many services (a content network, a resolver).',
  needs: [['finding'], ['sockstat', 'bash', 'psaux', 'strings', 'volatile-state']],
  run: (host) => (host.finding === undefined ? [] : [...byAddress(host, host.finding), ...byText(host, host.finding)]),
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

interface Mention {
  readonly subject: Subject;
  readonly where: string;
  readonly text: string;
  readonly source: SourceLine;
  readonly at?: number;
}

function byText(host: Host, finding: FindingFacts): readonly Detection[] {
  const words = [...finding.addresses, ...finding.domains.flatMap(nameAndParent)];
  if (words.length === 0) return [];
  const found: Detection[] = [];
  for (const mention of mentions(host)) {
    const word = words.find((one) => mentionsWhole(mention.text, one));
    if (word === undefined) continue;
    found.push({
      title: `${mention.where} names ${named(word, 80)}, which the finding is about: ${named(mention.text, 80)}`,
      confidence: word === finding.domains[0] || finding.addresses.includes(word) ? 'high' : 'medium',
      because: 'the text is that of the finding',
      subject: mention.subject,
      theme: 'network',
      evidence: [mention.source],
      ...(mention.at === undefined ? {} : { at: mention.at }),
      weight: 80,
    });
  }
  return found;
}

function mentions(host: Host): readonly Mention[] {
  const { memory, disk, processes } = host;
  return [
    ...memory.commands.map(({ pid, command, source, at }) => ({
      subject: { kind: 'process', pid } as const,
      where: `A command typed in ${memory.commands.find((row) => row.pid === pid)?.process ?? 'a shell'} (pid ${pid})`,
      text: command,
      source,
      ...(at === undefined ? {} : { at }),
    })),
    ...[...processes.values()].map((process) => ({
      subject: { kind: 'process', pid: process.pid } as const,
      where: processName(process),
      text: process.args ?? '',
      source: process.source,
    })),
    ...memory.environment.map(({ pid, key, value, source, comm }) => ({
      subject: { kind: 'process', pid } as const,
      where: `The environment of ${named(comm, 40)} (pid ${pid}), ${named(key, 40)},`,
      text: value,
      source,
    })),
    ...disk.strings.map(({ content, source }) => ({
      subject: { kind: 'host' } as const,
      where: 'Text in unallocated blocks',
      text: content,
      source,
    })),
  ];
}

/** A query name of an exfiltration never repeats; its parent domain is the attacker's. */
function nameAndParent(domain: string): readonly string[] {
  const labels = domain.split('.').filter((label) => label !== '');
  const parent = labels.slice(-2).join('.');
  return labels.length > 2 && parent.length >= 6 ? [domain, parent] : [domain];
}

function mentionsWhole(text: string, word: string): boolean {
  const at = text.toLowerCase().indexOf(word.toLowerCase());
  if (at < 0) return false;
  const before = text[at - 1] ?? ' ';
  const after = text[at + word.length] ?? ' ';
  return !/[\w-]/.test(before) && !/[\w-]/.test(after);
}

function bare(address: string): string {
  return address.replace(/^::ffff:/i, '');
}
