import { evidenceOf, isPrivate, processName, programName, remoteOf, suspiciousPlace } from './describe';
import type { Detection, Detector } from './finding';
import type { Connection, Host } from './host';

export const dnsChannel: Detector = {
  id: 'dns-channel',
  title: 'programs that talk DNS to outside servers themselves instead of asking the resolver',
  technique: 'T1071.004',
  rationale:
    'Data can leave in the names that are asked for; ordinary programs ask the machine’s resolver, which asks the VPC’s.',
  falsePositives: 'A resolver, a monitoring agent, a program caught in the moment of a look-up at a public resolver.',
  needs: [['sockstat', 'volatile-state']],
  run: (host) => host.connections.flatMap((connection) => detect(connection, host)),
};

const RESOLVERS =
  /^(?:systemd-resolve[d]?|dnsmasq|unbound|named|nscd|nsncd|pdns_recursor|coredns|kresd|stubby|dnscrypt-proxy|cloudflared|NetworkManager|connmand|avahi-daemon|dockerd|sssd\w*)$/;
const DNS_PORTS: ReadonlySet<number> = new Set([53, 5353, 853]);

function detect(connection: Connection, host: Host): readonly Detection[] {
  const { remoteAddress, remotePort, owner, otherNamespace, state } = connection;
  if (!DNS_PORTS.has(remotePort) || otherNamespace || state === 'LISTEN') return [];
  // The VPC's resolver is 169.254.169.253 or the second address of the VPC; a stub answers on a loopback address.
  if (/^(?:127\.|169\.254\.|::1|fd00:ec2::253)/.test(remoteAddress) || isPrivate(remoteAddress)) return [];
  const process = host.processes.get(owner.pid);
  if (process === undefined || process.acquisition || RESOLVERS.test(programName(process))) return [];
  const place = suspiciousPlace(process);
  const asked = host.finding !== undefined && /DNS|C&CActivity\.B!DNS/i.test(host.finding.type);
  return [
    {
      title: `${processName(process)} talks DNS to ${remoteOf(connection)} itself`,
      confidence: place === undefined ? (asked ? 'medium' : 'low') : 'high',
      because:
        place ??
        (asked
          ? 'it is no resolver, and the finding is about DNS'
          : 'it is no resolver; a single look-up would look the same'),
      subject: { kind: 'process', pid: process.pid },
      theme: 'network',
      evidence: evidenceOf([owner.source, process.source, process.program?.source]),
      weight: place === undefined ? 40 : 83,
    },
  ];
}
