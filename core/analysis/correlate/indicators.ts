import { patternsOf } from '../detect/command-patterns';
import { evidenceOf, isPrivate, isRemote } from '../detect/describe';
import type { Host } from '../detect/host';
import type { RankedFinding } from '../detect/run-shelf';
import { typedShells } from '../detect/shells';
import type { SourceLine } from '../parse-result';
import type { Indicator } from '../summary-schema';
import { addressesIn, domainsIn, sshKeysIn } from './indicator-text';
import type { Suspect } from './suspects';

/** Detectors whose file is the attacker's own, rather than a file of the system that was changed. */
const OWN_FILES = new Set(['setuid-file', 'web-shell', 'preload', 'timestomp', 'yara-match', 'dropped-program']);
const MOST = 200;

/** What to look for on other machines: addresses, names, paths, hashes, keys, modules. Each once, surest first. */
export function indicatorsOf(
  host: Host,
  suspects: readonly Suspect[],
  findings: readonly RankedFinding[],
): readonly Indicator[] {
  const found = [
    ...ofConnections(suspects),
    ...ofGuardDuty(host, findings),
    ...ofCommands(host),
    ...ofContents(findings),
    ...ofKeyFiles(findings, host),
    ...ofPrograms(suspects),
    ...ofFiles(findings, host),
    ...ofModules(findings),
  ];
  const all = [...found, ...ofHashes(host, found)];
  const unique = new Map<string, Indicator>();
  for (const indicator of all) {
    const key = `${indicator.type} ${indicator.value}`;
    const known = unique.get(key);
    if (known === undefined || (known.confidence !== 'high' && indicator.confidence === 'high'))
      unique.set(key, indicator);
  }
  return [...unique.values()].slice(0, MOST);
}

function indicator(
  type: Indicator['type'],
  value: string,
  why: string,
  confidence: Indicator['confidence'],
  evidence: SourceLine,
): Indicator {
  return { type, value, why, confidence, evidence: { file: evidence.file, line: evidence.line, text: evidence.text } };
}

function addressType(address: string): Indicator['type'] {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

function ofConnections(suspects: readonly Suspect[]): readonly Indicator[] {
  return suspects.flatMap(({ process, connections, findings }) =>
    connections
      .filter(({ remoteAddress }) => isRemote(remoteAddress) && !isPrivate(remoteAddress))
      .map(({ remoteAddress, remotePort, owner }) => {
        const sure = findings.some(({ confidence }) => confidence === 'high');
        const value = remoteAddress.replace(/^::ffff:/i, '');
        return indicator(
          addressType(value),
          value,
          `${process.comm} (pid ${process.pid}) is connected to its port ${remotePort}`,
          sure ? 'high' : 'medium',
          owner.source,
        );
      }),
  );
}

/** What GuardDuty named, once the machine's own evidence names it too. */
function ofGuardDuty({ finding }: Host, findings: readonly RankedFinding[]): readonly Indicator[] {
  const seen = findings.find(({ detector }) => detector === 'finding-match' || detector === 'finding-mention');
  const source = seen?.evidence[0];
  if (finding === undefined || seen === undefined || source === undefined) return [];
  const why = 'named by the GuardDuty finding and by this evidence';
  return [
    ...finding.addresses
      .filter((address) => isRemote(address) && !isPrivate(address))
      .map((address) => indicator(addressType(address), address, why, seen.confidence, source)),
    ...finding.domains.map((domain) => indicator('domain', domain.toLowerCase(), why, seen.confidence, source)),
  ];
}

/** Only of shells in which an intruder typed, or of commands that are an intruder's. */
function ofCommands(host: Host): readonly Indicator[] {
  return typedShells(host).flatMap((shell) =>
    shell.commands.flatMap(({ command, source }) => {
      const strong = patternsOf(command).some(({ strength }) => strength === 3);
      if (!shell.intruder && !strong) return [];
      const confidence = shell.intruder ? 'high' : 'medium';
      const why = `named by a command typed in ${shell.process} (pid ${shell.pid})`;
      return [
        ...addressesIn(command).map((value) => indicator(addressType(value), value, why, confidence, source)),
        ...domainsIn(command).map((value) => indicator('domain', value, why, confidence, source)),
        ...sshKeysIn(command).map((value) => indicator('ssh-key', value, why, confidence, source)),
      ];
    }),
  );
}

/** What the telling lines of files name. */
function ofContents(findings: readonly RankedFinding[]): readonly Indicator[] {
  return findings.flatMap(({ detector, confidence, evidence, subject }) => {
    if (detector !== 'file-content' || confidence === 'low') return [];
    const why = `named in ${subject.kind === 'file' ? subject.path : 'a file'}`;
    return evidence.flatMap((source) => [
      ...addressesIn(source.text).map((value) => indicator(addressType(value), value, why, confidence, source)),
      ...domainsIn(source.text).map((value) => indicator('domain', value, why, confidence, source)),
      ...sshKeysIn(source.text).map((value) => indicator('ssh-key', value, why, confidence, source)),
    ]);
  });
}

/** Every key of a file of authorized keys that was made in the attack; in one that only changed, which is new is not known. */
function ofKeyFiles(findings: readonly RankedFinding[], { disk }: Host): readonly Indicator[] {
  return findings.flatMap(({ detector, confidence, subject, title }) => {
    if (detector !== 'persistence-change' || confidence === 'low' || subject.kind !== 'file') return [];
    const content = disk.contents.find(({ path }) => path === subject.path);
    if (content === undefined || !/\/authorized_keys2?$/.test(subject.path) || !/\) was made at /.test(title))
      return [];
    const why = `may enter through ${subject.path}, which was made in the attack window`;
    return content.lines.flatMap(({ text, source }) =>
      sshKeysIn(text).map((value) => indicator('ssh-key', value, why, confidence, source)),
    );
  });
}

function ofPrograms(suspects: readonly Suspect[]): readonly Indicator[] {
  return suspects.flatMap(({ process, findings }) => {
    const path = process.program?.path.replace(/ \(deleted\)$/, '');
    // A shell or nc from its package is on every machine.
    const own = findings.some(
      ({ detector }) =>
        detector === 'process-deleted-program' || detector === 'process-odd-place' || detector === 'known-tool',
    );
    // A program in memory only has no path to look for elsewhere.
    if (path === undefined || !own || process.program === undefined || /^\/?memfd:/.test(path)) return [];
    const sure = findings.some(({ confidence }) => confidence === 'high');
    return [
      indicator(
        'path',
        path,
        `the program of ${process.comm} (pid ${process.pid})`,
        sure ? 'high' : 'medium',
        process.program.source,
      ),
    ];
  });
}

function ofFiles(findings: readonly RankedFinding[], host: Host): readonly Indicator[] {
  return findings.flatMap((finding) => {
    if (finding.subject.kind !== 'file' || finding.confidence === 'low') return [];
    const first = evidenceOf(finding.evidence)[0];
    if (first === undefined) return [];
    if (finding.detector === 'tooling-in-tmp') return ofKit(finding, host);
    const born = finding.detector === 'persistence-change' && /\) was made at /.test(finding.title);
    if (!OWN_FILES.has(finding.detector) && !born) return [];
    return [
      indicator(
        'path',
        finding.subject.path,
        finding.detector === 'persistence-change' ? 'made in the attack window' : finding.because,
        finding.confidence,
        first,
      ),
    ];
  });
}

function ofKit(finding: RankedFinding, host: Host): readonly Indicator[] {
  return finding.evidence.flatMap((source) => {
    const row = host.disk.files.find((file) => file.source.file === source.file && file.source.line === source.line);
    return row === undefined
      ? []
      : [
          indicator(
            'path',
            row.path,
            'left in a temporary place',
            finding.confidence === 'high' ? 'high' : 'medium',
            source,
          ),
        ];
  });
}

function ofModules(findings: readonly RankedFinding[]): readonly Indicator[] {
  return findings.flatMap(({ subject, evidence, confidence }) => {
    const first = evidence[0];
    return subject.kind === 'module' && first !== undefined
      ? [indicator('kernel-module', subject.name, 'loaded and hidden', confidence, first)]
      : [];
  });
}

/** Hashes the disk runbook made of files that are indicators, and of programs carved by inode. */
function ofHashes(host: Host, found: readonly Indicator[]): readonly Indicator[] {
  const paths = new Set(found.filter(({ type }) => type === 'path').map(({ value }) => value));
  const listed = host.disk.hashes
    .filter(({ path }) => paths.has(path) || paths.has(`/${path}`))
    .map(({ sha256, path, source }) => indicator('sha256', sha256, `of ${path}`, 'high', source));
  const copied = host.disk.recovered.flatMap(({ inode, bytes, sha256, firstLine }) => {
    const path = [...paths].find((one) => inode !== undefined && host.disk.byPath.get(one)?.inode === inode);
    const complete = path !== undefined && host.disk.byPath.get(path)?.size === bytes;
    return complete ? [indicator('sha256', sha256, `of ${path}`, 'high', firstLine)] : [];
  });
  const orphans = new Map(host.disk.orphans.map((orphan) => [orphan.inode, orphan]));
  const carved = host.disk.recovered.flatMap(({ inode, sha256, firstLine }) => {
    const details = inode === undefined ? undefined : orphans.get(inode)?.details;
    const program = details !== undefined && /[1357]/.test(details.mode.slice(-3));
    return program
      ? [indicator('sha256', sha256, `of the program recovered from inode ${inode}`, 'high', firstLine)]
      : [];
  });
  return [...listed, ...copied, ...carved];
}
