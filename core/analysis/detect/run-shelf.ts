import { createHash } from 'node:crypto';
import { plainText } from '../../text';
import type { SourceLine } from '../parse-result';
import type { Detection, Detector, Subject } from './finding';
import type { Host } from './host';
import { type InputName, inputTitle } from './inputs';

/** A detection with its name and place in the list. */
export interface RankedFinding extends Detection {
  readonly id: string;
  readonly detector: string;
  readonly technique: string;
}

/** What a detector rested on and how much it found: "nothing found" is worth something only with this. */
export interface CheckedDetector {
  readonly detector: string;
  readonly looked: string;
  readonly technique: string;
  readonly inputs: readonly InputName[];
  readonly found: number;
  readonly falsePositives: string;
  /** Inputs that were used and are not whole, or alternatives that were missing. */
  readonly limits: readonly string[];
}

export interface NotChecked {
  readonly detector: string;
  readonly looked: string;
  readonly why: string;
}

export interface ShelfResult {
  readonly findings: readonly RankedFinding[];
  readonly checked: readonly CheckedDetector[];
  readonly notChecked: readonly NotChecked[];
}

/** More of one kind is a kind, not a list: a person reads the weightiest. */
const MOST_OF_ONE = 40;

const RANK = { high: 2, medium: 1, low: 0 } as const;

/** Runs every detector whose needs are met; a detection without evidence is dropped and never shown. */
export function runShelf(detectors: readonly Detector[], host: Host): ShelfResult {
  const findings: RankedFinding[] = [];
  const checked: CheckedDetector[] = [];
  const notChecked: NotChecked[] = [];
  for (const detector of detectors) {
    const missing = missingNeed(detector, host) ?? detector.cannotJudge?.(host);
    if (missing !== undefined) {
      notChecked.push({ detector: detector.id, looked: detector.title, why: missing });
      continue;
    }
    const found = folded(detector, ordered(deduplicated(detector.run(host).flatMap((one) => ranked(detector, one)))));
    for (const finding of found.slice(0, MOST_OF_ONE)) findings.push(finding);
    checked.push(record(detector, host, found.length));
  }
  return { findings: ordered(findings), checked, notChecked };
}

/** Remarks of low confidence that one detector may list; the others are told as one. */
const REMARKS = 3;
/** Detections that only their time speaks against and that one detector may list. */
const LOOSE = 2;

function folded(detector: Detector, found: readonly RankedFinding[]): readonly RankedFinding[] {
  const loose = found.filter(({ loose: only, confidence }) => only === true && confidence === 'medium');
  const low = found.filter(({ confidence }) => confidence === 'low').slice(REMARKS);
  const many = loose.length > LOOSE ? loose : [];
  const rest = low.length > 1 ? low : [];
  return [
    ...found.filter((one) => !many.includes(one) && !rest.includes(one)),
    ...asOne(detector, many, `${many.length} in all`),
    ...asOne(detector, rest, `${rest.length} more`),
  ];
}

function asOne(detector: Detector, all: readonly RankedFinding[], what: string): readonly RankedFinding[] {
  const [first] = all;
  if (first === undefined) return [];
  const about = [...new Set(all.map(({ subject }) => subjectKey(subject).replace(/^file /, '')))];
  const times = all.flatMap(({ at }) => at ?? []);
  return ranked(detector, {
    title: `${detector.title.charAt(0).toUpperCase()}${detector.title.slice(1)}, ${what}: ${about.slice(0, 5).join(', ')}${about.length > 5 ? ` and ${about.length - 5} more` : ''}`,
    confidence: first.confidence,
    because: `${first.because}${first.loose === true ? '; only their time speaks against them' : ''}`,
    subject: { kind: 'host' },
    theme: first.theme,
    technique: first.technique,
    evidence: all.flatMap((one) => one.evidence.slice(0, 1)).slice(0, 20),
    ...(times.length === 0 ? {} : { at: Math.min(...times) }),
    ...(first.loose === true ? { loose: true } : {}),
    weight: Math.max(0, first.weight - 1),
  });
}

function missingNeed(detector: Detector, { inputs }: Host): string | undefined {
  for (const need of detector.needs) {
    if (need.some((input) => inputs.get(input)?.usable === true)) continue;
    const reasons = need
      .map((input) => inputs.get(input))
      .flatMap((state) => (state?.usable === false ? [state.why] : []));
    return [...new Set(reasons)].slice(0, 3).join('; ');
  }
  return undefined;
}

function record(detector: Detector, { inputs }: Host, found: number): CheckedDetector {
  const wanted = [...new Set(detector.needs.flat())];
  const used = wanted.filter((input) => inputs.get(input)?.usable === true);
  const limits = wanted.flatMap((input) => {
    const state = inputs.get(input);
    if (state?.usable === true) return state.note === undefined ? [] : [state.note];
    return input === 'volatile-state' || state === undefined ? [] : [`without ${inputTitle(input)} (${state.why})`];
  });
  if (found > MOST_OF_ONE) limits.push(`only the weightiest ${MOST_OF_ONE} of ${found} are listed`);
  return {
    detector: detector.id,
    looked: detector.title,
    technique: detector.technique,
    inputs: used,
    found,
    falsePositives: detector.falsePositives,
    limits,
  };
}

function ranked(detector: Detector, detection: Detection): readonly RankedFinding[] {
  if (detection.evidence.length === 0) return [];
  const title = plainText(detection.title);
  const technique = detection.technique ?? detector.technique;
  const key = [detector.id, subjectKey(detection.subject), title].join('\n');
  const id = `${detector.id}-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;
  return [{ ...detection, title, technique, id, detector: detector.id }];
}

export function subjectKey(subject: Subject): string {
  switch (subject.kind) {
    case 'process':
      return `process ${subject.pid}`;
    case 'file':
      return `file ${subject.path}`;
    case 'inode':
      return `inode ${subject.inode}`;
    case 'module':
      return `module ${subject.name}`;
    case 'host':
      return 'host';
    default:
      return subject satisfies never;
  }
}

function deduplicated(findings: readonly RankedFinding[]): readonly RankedFinding[] {
  const kept = new Map<string, RankedFinding>();
  for (const finding of findings) {
    const known = kept.get(finding.id);
    kept.set(
      finding.id,
      known === undefined ? finding : { ...known, evidence: merged(known.evidence, finding.evidence) },
    );
  }
  return [...kept.values()];
}

function merged(one: readonly SourceLine[], two: readonly SourceLine[]): readonly SourceLine[] {
  return [...new Map([...one, ...two].map((source) => [`${source.file}:${source.line}`, source])).values()];
}

/** Surest and weightiest first; equal ones in a fixed order, so that two runs agree. */
function ordered(findings: readonly RankedFinding[]): readonly RankedFinding[] {
  return [...findings].sort(
    (a, b) =>
      RANK[b.confidence] - RANK[a.confidence] || b.weight - a.weight || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
}
