import type { SourceLine } from '../parse-result';
import { named, processName } from './describe';
import type { Detection, Detector, Subject } from './finding';
import type { FindingFacts, Host } from './host';

export const findingMention: Detector = {
  id: 'finding-mention',
  title: 'the addresses and names the finding is about, in arguments, typed commands, environments and surviving text',
  technique: 'T1071',
  rationale: 'Whoever typed or was started with the finding’s address or name has to do with it.',
  falsePositives: 'An address or a parent domain that many use.',
  needs: [['finding'], ['bash', 'psaux', 'envars', 'strings', 'volatile-state']],
  run: (host) => (host.finding === undefined ? [] : byText(host, host.finding)),
};

interface Mention {
  readonly subject: Subject;
  readonly where: string;
  readonly text: string;
  readonly source: SourceLine;
  readonly at?: number;
}

function byText(host: Host, finding: FindingFacts): readonly Detection[] {
  const words = [...finding.addresses, ...finding.domains.flatMap(nameAndParents)];
  if (words.length === 0) return [];
  const found: Detection[] = [];
  for (const mention of mentions(host)) {
    const word = words.find((one) => mentionsWhole(mention.text, one));
    if (word === undefined) continue;
    found.push({
      title: `${mention.where} names ${named(word, 80)}, which the finding is about: ${named(mention.text, 80)}`,
      confidence: finding.domains.includes(word) ? 'high' : 'medium',
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

/** A query name of an exfiltration never repeats; its parent domains are the attacker's, down to the registered one. */
function nameAndParents(domain: string): readonly string[] {
  const labels = domain.split('.').filter((label) => label !== '');
  const names = labels.map((_, at) => labels.slice(at).join('.')).slice(0, Math.max(1, labels.length - 1));
  // The last two labels may be a public suffix (co.uk): too short to be anyone's.
  return names.filter((name, at) => at === 0 || name.split('.').length > 2 || name.length >= 8);
}

function mentionsWhole(text: string, word: string): boolean {
  const at = text.toLowerCase().indexOf(word.toLowerCase());
  if (at < 0) return false;
  const before = text[at - 1] ?? ' ';
  const after = text[at + word.length] ?? ' ';
  return !/[\w-]/.test(before) && !/[\w-]/.test(after);
}
