import { named, processName, programName, remoteOf } from '../detect/describe';
import type { Host } from '../detect/host';
import { knownTool } from '../detect/known-tools';
import type { RankedFinding } from '../detect/run-shelf';
import type { Entry } from './entry';
import type { Suspect } from './suspects';
import { clockTime } from './times';

export interface Story {
  readonly ran: readonly string[];
  readonly entry: readonly string[];
  readonly touched: readonly string[];
  readonly persistence: readonly string[];
  readonly unknown: readonly string[];
}

export interface StoryParts {
  readonly host: Host;
  readonly suspects: readonly Suspect[];
  readonly findings: readonly RankedFinding[];
  readonly entry: Entry;
  readonly windowNotes: readonly string[];
  /** Ids of the detectors that had what they need. */
  readonly checked: ReadonlySet<string>;
  /** Why whole groups of checks did not run, in words. */
  readonly gaps: readonly string[];
}

const LISTED = 8;

/** The parts of the summary message, in plain words. */
export function storyOf(parts: StoryParts): Story {
  return {
    ran: [...parts.suspects.map(ranSentence), ...left(parts.findings)],
    entry: [...parts.entry.known, ...parts.entry.unknown],
    touched: touched(parts.findings),
    persistence: persistence(parts.findings),
    unknown: unknown(parts),
  };
}

function ranSentence({ process, connections, parents, heirOf, droppedAt, droppedBy, findings }: Suspect): string {
  const path = process.program?.path;
  const to = [...new Set(connections.map(remoteOf))];
  const waits = findings.find(({ detector }) => detector === 'unexpected-listener')?.title.match(/ on (\S+): /)?.[1];
  const clauses = [
    what(findings, process.comm, programName(process)),
    ...(findings.some(({ detector }) => detector === 'finding-match')
      ? ['holds the connection the finding names']
      : []),
    ...(path === undefined || path.endsWith(`/${process.comm}`) === false
      ? path === undefined
        ? []
        : [`runs ${named(path)}`]
      : [`from ${named(path)}`]),
    ...(findings.some(({ detector }) => detector === 'kernel-thread-lookalike') ? ['passes for a kernel thread'] : []),
    ...(process.programFile.kind === 'deleted'
      ? ['its file is deleted']
      : process.programFile.kind === 'in-memory-only'
        ? ['never was a file']
        : []),
    ...(waits === undefined ? [] : [`waits for connections on ${named(waits, 60)}`]),
    ...(to.length === 0 ? [] : [`connected to ${to.slice(0, 3).join(', ')}${to.length > 3 ? ' and others' : ''}`]),
    ...(droppedAt === undefined ||
    findings.every(({ detector }) => detector === 'reverse-shell' || detector === 'unexpected-listener')
      ? []
      : [
          `came to the disk at ${clockTime(droppedAt)}${droppedBy === undefined ? '' : ` from ${named(droppedBy.process, 20)} (pid ${droppedBy.pid})`}`,
        ]),
    ...(parents[0] === undefined || parents[0].pid === 1 ? [] : [`started by ${processName(parents[0])}`]),
    ...(heirOf === undefined ? [] : [`most likely started by ${processName(heirOf)}, whose connection it inherited`]),
  ];
  const confidence = findings.some((finding) => finding.confidence === 'high') ? 'high' : 'medium';
  return `${processName(process)}: ${clauses.filter((clause) => clause !== '').join('; ')} (${confidence} confidence).`;
}

function what(findings: readonly RankedFinding[], comm: string, program: string): string {
  const shell = findings.find(({ detector }) => detector === 'reverse-shell');
  if (shell !== undefined)
    return / is a shell driven /.test(shell.title) ? 'a shell driven from outside' : 'a shell for others';
  const known = findings.find(({ detector }) => detector === 'known-tool');
  if (known !== undefined) return `a ${(knownTool(program) ?? knownTool(comm))?.family ?? 'cryptocurrency miner'}`;
  if (findings.some(({ detector }) => detector === 'process-not-listed')) return 'hidden from the process list';
  if (findings.some(({ detector }) => detector === 'injected-memory'))
    return 'has code in memory that belongs to no file';
  return '';
}

const TRACES = new Set([
  'deleted-while-open',
  'deleted-file',
  'log-tampering',
  'history-hidden',
  'credentials-touched',
  'program-changed',
  'altered-program',
]);

/** Tools that lie on the disk: whether they ran, the disk alone does not say. */
function left(findings: readonly RankedFinding[]): readonly string[] {
  const tools = findings.filter(
    ({ detector, confidence, subject }) =>
      (detector === 'tooling-in-tmp' || (detector === 'yara-match' && subject.kind === 'file')) && confidence !== 'low',
  );
  return listed(tools.map(({ title, confidence }) => `On the disk: ${title} (${confidence} confidence).`));
}

function touched(findings: readonly RankedFinding[]): readonly string[] {
  const told = new Set<string>();
  const sentences: string[] = [];
  for (const finding of findings) {
    if (!TRACES.has(finding.detector) || finding.confidence === 'low') continue;
    const about = finding.subject.kind === 'file' ? finding.subject.path : finding.id;
    if (told.has(about)) continue;
    told.add(about);
    sentences.push(`${finding.title} (${finding.confidence} confidence).`);
  }
  return listed(sentences);
}

const STAYS = new Set([
  'file-content',
  'timer-start',
  'persistence-change',
  'setuid-file',
  'web-shell',
  'hidden-module',
  'preload',
]);

function persistence(findings: readonly RankedFinding[]): readonly string[] {
  return listed(
    findings
      .filter(({ detector, confidence }) => STAYS.has(detector) && confidence !== 'low')
      .map(({ title, confidence }) => `${title} (${confidence} confidence).`),
  );
}

function listed(sentences: readonly string[]): readonly string[] {
  return sentences.length <= LISTED
    ? sentences
    : [...sentences.slice(0, LISTED), `And ${sentences.length - LISTED} more among the findings.`];
}

function unknown(parts: StoryParts): readonly string[] {
  const { host, gaps, windowNotes } = parts;
  return [
    ...unmatched(parts),
    ...windowNotes.filter((note) => /not used|No window/.test(note)),
    ...(host.disk.unwritten > 0
      ? [`${host.disk.unwritten} names had not reached the disk when it was copied; they look empty and may not be.`]
      : []),
    ...gaps,
  ];
}

/** What the finding names and the evidence does not, said only of what was looked through. */
function unmatched({ findings, host, checked }: StoryParts): readonly string[] {
  if (host.finding === undefined) return [];
  if (findings.some(({ detector }) => detector === 'finding-match' || detector === 'finding-mention')) return [];
  const [joined, read] = [checked.has('finding-match'), checked.has('finding-mention')];
  const typed = findings.some(({ detector, theme }) => detector === 'typed-commands' && theme === 'network');
  const unnamed = `The name the finding is about appears nowhere in this evidence${typed ? '; commands that send many DNS queries do, so the finding may well belong to them (low confidence)' : ''}.`;
  const claims = [
    ...(joined ? ['no process is connected to the address the finding is about'] : []),
    ...(read ? [joined ? 'nothing here names it' : 'nothing here names the address the finding is about'] : []),
  ].join(', and ');
  return [
    ...(host.finding.domains.length > 0 && read ? [unnamed] : []),
    ...(host.finding.addresses.length > 0 && claims !== '' ? [`${claims[0]?.toUpperCase()}${claims.slice(1)}.`] : []),
  ];
}
