import type { AttackWindow, FindingFacts } from '../detect/host';
import type { Anchor, AnchorKind } from './anchors';
import { STRONG } from './anchors';
import { inWords, isoTime } from './times';

/** Acts further apart than this belong to different visits. */
const GAP = 30 * 60 * 1000;
/** Weak signs that together make a window, of at least this many kinds. */
const WEAK_TOGETHER = 9;
const WEAK_KINDS = 3;
const WEAK_AGE = 30 * 24 * 60 * 60 * 1000;
/** A window begins and ends with a sign of at least this weight. */
const EDGE = 3;
/** A finding this near to the evidence is of the same incident. */
const NEAR = 24 * 60 * 60 * 1000;
/** GuardDuty publishes a new finding within five minutes and repeats within up to six hours (AWS GuardDuty user guide). */
const FINDING_REACH = 6 * 60 * 60 * 1000;
const MINUTE = 60_000;
/** Nobody breaks in more often; a listing full of odd births would otherwise make every hour a window. */
const MOST_WINDOWS = 8;

export interface WindowQuestion {
  readonly anchors: readonly Anchor[];
  /** Memory shows something that is bad at any time: weak signs on the disk then weigh more. */
  readonly suspectInMemory: boolean;
  readonly finding: FindingFacts | undefined;
  /** Newest and oldest birth or change in the evidence, Unix milliseconds. */
  readonly newest: number | undefined;
  readonly oldest: number | undefined;
}

export interface WindowAnswer {
  /** Heaviest first. */
  readonly windows: readonly AttackWindow[];
  /** What was done with the finding's times, or why there is no window. */
  readonly notes: readonly string[];
}

/** The stretches of densest suspicious activity, and what the finding's times add. */
export function attackWindows(question: WindowQuestion): WindowAnswer {
  const finding = findingTimes(question);
  const clusters = clustersOf([...question.anchors]).map((cluster) => weighed(cluster, finding.at));
  const telling = clusters.filter((cluster) => isTelling(cluster, question));
  const windows = telling
    .map((cluster) => toWindow(cluster, finding.note, isCertain(cluster, question)))
    .sort((a, b) => b.weight - a.weight || b.to - a.to)
    .slice(0, MOST_WINDOWS);
  if (windows.length > 0) return { windows, notes: finding.note === '' ? [] : [finding.note] };
  return fallback(finding);
}

interface FindingTimes {
  readonly at: { readonly from: number; readonly to: number } | undefined;
  readonly note: string;
}

function findingTimes({ finding, newest, oldest }: WindowQuestion): FindingTimes {
  const from = finding?.firstSeen ?? finding?.lastSeen;
  const to = finding?.lastSeen ?? finding?.firstSeen;
  if (from === undefined || to === undefined) return { at: undefined, note: '' };
  const seen = from === to ? isoTime(from) : `${isoTime(from)} to ${isoTime(to)}`;
  if (newest !== undefined && from - newest > NEAR) {
    return {
      at: undefined,
      note: `The finding was seen ${seen}, ${inWords(from - newest)} after the newest trace in this evidence, so its time was not used.`,
    };
  }
  if (newest !== undefined && newest - to > NEAR) {
    const far = `The finding was seen ${seen}, ${inWords(newest - to)} before the newest trace in this evidence`;
    if (oldest === undefined || to < oldest || newest - to > 30 * NEAR)
      return { at: undefined, note: `${far}, so its time was not used.` };
    return { at: { from, to }, note: `${far}.` };
  }
  return { at: { from, to }, note: `The finding was seen ${seen}.` };
}

interface Cluster {
  readonly anchors: readonly Anchor[];
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  readonly nearFinding: boolean;
}

function clustersOf(anchors: readonly Anchor[]): readonly (readonly Anchor[])[] {
  const clusters: Anchor[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const anchor of [...anchors].sort((a, b) => a.at - b.at)) {
    if (anchor.at - last > GAP) clusters.push([]);
    clusters.at(-1)?.push(anchor);
    last = anchor.at;
  }
  return clusters;
}

/** Weak signs at the edges (a look around, an ordinary `rm`) do not stretch a window that has better ones. */
function trimmed(anchors: readonly Anchor[]): readonly Anchor[] {
  // A script that came to a document root minutes before is often the way in, however little it says by itself.
  const good = ({ weight, kind }: Anchor) => weight >= EDGE || kind === 'web script';
  const first = anchors.findIndex(good);
  return first < 0 ? anchors : anchors.slice(first, anchors.findLastIndex(good) + 1);
}

function weighed(all: readonly Anchor[], finding: { from: number; to: number } | undefined): Cluster {
  const anchors = trimmed(all);
  const from = anchors[0]?.at ?? 0;
  const to = anchors.at(-1)?.at ?? 0;
  const nearFinding = finding !== undefined && from - finding.to < MINUTE && finding.from - to < FINDING_REACH;
  const weight = anchors.reduce((sum, anchor) => sum + anchor.weight, 0) + (nearFinding ? STRONG : 0);
  return { anchors, from, to, weight, nearFinding };
}

function isTelling(
  { anchors, weight, nearFinding, to }: Cluster,
  { suspectInMemory, newest }: WindowQuestion,
): boolean {
  if (anchors.some((anchor) => anchor.weight >= STRONG)) return true;
  // Weak signs of long ago are what administrators and installations left.
  if (newest !== undefined && newest - to > WEAK_AGE) return false;
  const enough = suspectInMemory || nearFinding ? 3 : WEAK_TOGETHER;
  const kinds = suspectInMemory || nearFinding ? 1 : WEAK_KINDS;
  return weight >= enough && new Set(anchors.map(({ group }) => group)).size >= kinds;
}

/** A file in a temporary place, a hidden one, one that a container wrote: two files, not two kinds of sign. Builds leave all of them. */
const DROPPED: Readonly<Partial<Record<AnchorKind, AnchorKind>>> = {
  'hidden file': 'program in a temporary place',
  'program a container wrote': 'program in a temporary place',
};

/** Ways back in of so many kinds, changed together on a machine whose memory shows something bad. */
const WAYS_TOGETHER = 3;

/**
 * Strong signs of two kinds agree; or what memory shows to be bad agrees with one strong sign, or with several ways back in
 * that changed together on the day of the newest trace.
 */
function isCertain({ anchors, to }: Cluster, { suspectInMemory, newest }: WindowQuestion): boolean {
  const strong = new Set(anchors.filter(({ weight }) => weight >= STRONG).map(({ kind }) => DROPPED[kind] ?? kind));
  if (strong.size >= 2) return true;
  // A program that runs and came by itself, and a way to start it that came with it.
  if (strong.has('stray program') && anchors.some(({ kind }) => kind === 'way back in')) return true;
  if (!suspectInMemory || (newest !== undefined && newest - to > NEAR)) return false;
  const ways = new Set(anchors.filter(({ kind }) => kind === 'way back in').map(({ group }) => group));
  return ways.size >= WAYS_TOGETHER || (strong.size === 1 && ways.size >= 1);
}

function toWindow(cluster: Cluster, findingNote: string, certain: boolean): AttackWindow {
  const signs = cluster.anchors.length === 1 ? 'one suspicious act' : `${cluster.anchors.length} suspicious acts`;
  const heaviest = [...cluster.anchors].sort((a, b) => b.weight - a.weight)[0]?.what ?? '';
  const finding = cluster.nearFinding
    ? ' The finding falls to the same time.'
    : findingNote === ''
      ? ''
      : ` ${findingNote}`;
  return {
    from: Math.floor(cluster.from / MINUTE) * MINUTE,
    to: Math.ceil((cluster.to + 1) / MINUTE) * MINUTE,
    weight: cluster.weight,
    certain,
    backed: certain || cluster.nearFinding,
    why: `The densest suspicious activity: ${signs} (births and changes of files, typed commands) between ${isoTime(cluster.from)} and ${isoTime(cluster.to)}, the weightiest being ${heaviest}.${finding}`,
  };
}

function fallback({ at, note }: FindingTimes): WindowAnswer {
  if (at === undefined) {
    return { windows: [], notes: [`No window: nothing suspicious carries a time.${note === '' ? '' : ` ${note}`}`] };
  }
  const from = Math.floor((at.from - FINDING_REACH) / MINUTE) * MINUTE;
  const to = Math.ceil((at.to + MINUTE) / MINUTE) * MINUTE;
  const why = `Six hours before the finding up to its last sight; nothing suspicious in the evidence carries a time. ${note}`;
  return { windows: [{ from, to, weight: 0, why, certain: false, backed: true }], notes: [note] };
}
