import type { SourceLine } from '../parse-result';
import type { Host } from './host';
import type { InputName } from './inputs';

export type Confidence = 'high' | 'medium' | 'low';

/** What a finding is about: findings on one subject are told together. */
export type Subject =
  | { readonly kind: 'process'; readonly pid: number }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'inode'; readonly inode: number }
  | { readonly kind: 'module'; readonly name: string }
  | { readonly kind: 'host' };

/** The part of the story a finding belongs to. */
export type Theme = 'execution' | 'network' | 'access' | 'persistence' | 'hiding' | 'credentials' | 'traces';

/** What one detector says. It rests on the evidence lines and on nothing else. */
export interface Detection {
  readonly title: string;
  readonly confidence: Confidence;
  /** Why this confidence and not another, in words. */
  readonly because: string;
  readonly subject: Subject;
  readonly theme: Theme;
  readonly evidence: readonly SourceLine[];
  /** Overrides the detector's technique when the detector covers several. */
  readonly technique?: string;
  /** The inode it is about, when files are told apart by number only. */
  readonly inode?: number;
  /** When it happened, Unix milliseconds, when the evidence says so. */
  readonly at?: number;
  /** Nothing but its time speaks against it: a person at work in those minutes would leave the same. */
  readonly loose?: boolean;
  /** 0 to 100: order among findings of one confidence. */
  readonly weight: number;
}

/** Inputs of which one is enough. */
export type Need = readonly [InputName, ...InputName[]];

/** One rule. Pure: the same host gives the same detections. */
export interface Detector {
  readonly id: string;
  /** What it looks for, as the end of "Looked for …". */
  readonly title: string;
  /** MITRE ATT&CK technique. */
  readonly technique: string;
  /** Why what it looks for matters. */
  readonly rationale: string;
  /** What would make it a false alarm. */
  readonly falsePositives: string;
  /** Every need must be met by one of its inputs, or the detector did not run. */
  readonly needs: readonly Need[];
  /** Why it cannot judge this evidence although its inputs are there; undefined when it can. */
  cannotJudge?(host: Host): string | undefined;
  run(host: Host): readonly Detection[];
}
