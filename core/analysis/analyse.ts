import { type BuiltHost, buildHost, type Progress } from './correlate/build-host';
import { entryOf } from './correlate/entry';
import { gapsOf } from './correlate/gaps';
import { indicatorsOf } from './correlate/indicators';
import { assess, narrativeOf, verdictOf } from './correlate/narrative';
import { setAside } from './correlate/set-aside';
import { storyOf } from './correlate/story';
import { type Suspect, suspectsOf } from './correlate/suspects';
import { activityOf, deletedOf, processesOf, socketsOf } from './correlate/tables';
import { isoTime } from './correlate/times';
import { unreadPlaces } from './correlate/unread-places';
import { inputTitle } from './detect/inputs';
import { type RankedFinding, runShelf, type ShelfResult, subjectKey } from './detect/run-shelf';
import { DETECTORS } from './detect/shelf';
import type { EvidenceSource } from './evidence-source';
import { originNote } from './origin';
import { tagsByLine } from './outputs/memory-events';
import { withStoredNames } from './stored-names';
import { SUMMARY_VERSION, type Summary, type SummaryFinding } from './summary-schema';

export interface AnalyseOptions {
  /** JSON of a GuardDuty finding, bare or in its EventBridge envelope. */
  readonly finding?: unknown;
  readonly origin: Summary['origin'];
  readonly now: () => Date;
  /** Rows of the evidence manifest, for the report's custody table. */
  readonly custody?: Summary['custody'];
  readonly progress?: Progress;
}

/** An analysis: the summary every output is made from, and the joined host for what needs more. */
export interface Analysis {
  readonly summary: Summary;
  readonly host: BuiltHost['host'];
  /** Ids of findings by the line they rest on (`disk/bodyfile.txt:701`), for the timeline. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
}

const PROBLEMS_KEPT = 100;

/**
 * Turns raw tool outputs into a summary. Files are found by name (`disk/…`, `memory/…`, `volatile/…`); any may be missing,
 * cut or an error text. Reads the evidence and touches nothing else.
 */
export async function analyse(source: EvidenceSource, options: AnalyseOptions): Promise<Analysis> {
  const built = await buildHost(source, options.finding, options.progress ?? (() => {}));
  const inputs = await hashInputs(source, options.progress ?? (() => {}));
  const summary = summaryOf(built, inputs, options);
  return { summary: await withStoredNames(summary, source), host: built.host, tags: tagsByLine(summary.findings) };
}

function summaryOf(built: BuiltHost, inputs: Summary['inputs'], options: AnalyseOptions): Summary {
  const { host } = built;
  const shelf = runShelf(DETECTORS, host);
  const suspects = suspectsOf(host, shelf.findings);
  return {
    ...provenance(host, inputs, options),
    ...judgement(built, shelf, suspects),
    findings: shelf.findings.map(toSummaryFinding),
    indicators: [...indicatorsOf(host, suspects, shelf.findings)],
    setAside: [...setAside(host)],
    checked: shelf.checked.map((one) => ({ ...one, inputs: one.inputs.map(inputTitle), limits: [...one.limits] })),
    notChecked: [...shelf.notChecked, ...unreadPlaces(host.disk)].map((one) => ({ ...one })),
    processes: processesOf(host, shelf.findings),
    sockets: socketsOf(host, suspects),
    deleted: deletedOf(host, shelf.findings),
    recovered: host.disk.recovered.map(({ name, inode, bytes, sha256 }) => ({
      name,
      inode: inode ?? null,
      bytes,
      sha256,
    })),
    activity: activityOf(built.births, shelf.findings),
  };
}

type Provenance = Pick<
  Summary,
  'version' | 'origin' | 'originNote' | 'generatedAt' | 'guardDutyFinding' | 'host' | 'inputs' | 'problems' | 'custody'
>;

/** Where everything comes from, and what of it could not be read. */
function provenance(host: BuiltHost['host'], inputs: Summary['inputs'], options: AnalyseOptions): Provenance {
  const issues = [...host.disk.issues, ...host.memory.issues, ...(host.volatile?.issues ?? [])];
  const { finding } = host;
  return {
    version: SUMMARY_VERSION,
    origin: options.origin,
    originNote: originNote(options.origin),
    generatedAt: isoTime(options.now().getTime()),
    guardDutyFinding:
      finding === undefined ? null : { id: finding.id, type: finding.type, instance: finding.instanceId ?? null },
    host: hostFacts(host),
    inputs,
    problems: { total: issues.length, first: issues.slice(0, PROBLEMS_KEPT).map((issue) => ({ ...issue })) },
    custody: options.custody ?? [],
  };
}

type Judgement = Pick<Summary, 'assessment' | 'verdict' | 'window' | 'otherWindows' | 'narrative' | 'story'>;

/** What it amounts to, in words. */
function judgement(built: BuiltHost, shelf: ShelfResult, suspects: readonly Suspect[]): Judgement {
  const { host, windowNotes } = built;
  const { findings } = shelf;
  const entry = entryOf(suspects, findings);
  const assessment = assess(shelf);
  const checked = new Set(shelf.checked.map((one) => one.detector));
  return {
    assessment,
    verdict: verdictOf(assessment, shelf, suspects),
    ...windowsOf(built),
    narrative: [...narrativeOf(host, suspects, shelf, entry)],
    story: mutable(storyOf({ host, suspects, findings, entry, windowNotes, checked, gaps: gapsOf(host, shelf) })),
  };
}

function toSummaryFinding(finding: RankedFinding): SummaryFinding {
  return {
    id: finding.id,
    detector: finding.detector,
    technique: finding.technique,
    confidence: finding.confidence,
    because: finding.because,
    title: finding.title,
    theme: finding.theme,
    subject: subjectKey(finding.subject),
    at: finding.at === undefined ? null : isoTime(finding.at),
    evidence: finding.evidence.map(({ file, line, text }) => ({ file, line, text })),
  };
}

function windowsOf({ host, windowNotes }: BuiltHost): Pick<Summary, 'window' | 'otherWindows'> {
  const [main, ...others] = host.windows.map(({ from, to, why }) => ({ from: isoTime(from), to: isoTime(to), why }));
  return { window: main ?? { from: null, to: null, why: windowNotes.join(' ') }, otherWindows: others.slice(0, 10) };
}

function mutable(story: ReturnType<typeof storyOf>): Summary['story'] {
  return {
    ran: [...story.ran],
    entry: [...story.entry],
    touched: [...story.touched],
    persistence: [...story.persistence],
    unknown: [...story.unknown],
  };
}

function hostFacts({ memory, volatile }: BuiltHost['host']): Summary['host'] {
  const line = (pattern: RegExp) =>
    memory.kernelLog.map(({ text }) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  return {
    name: line(/Hostname set to <([^>]{1,253})>/) ?? volatile?.hostname ?? null,
    kernel: line(/^Linux version (\S{1,120})/) ?? volatile?.kernel ?? null,
  };
}

async function hashInputs(source: EvidenceSource, progress: Progress): Promise<Summary['inputs']> {
  const inputs: Summary['inputs'] = [];
  for (const name of await source.list()) {
    const file = await source.open(name);
    if (file === undefined) continue;
    progress(name);
    inputs.push({ file: name, bytes: file.bytes ?? null, sha256: await file.sha256() });
  }
  return inputs;
}
