import type {
  Artefact,
  BlockHash,
  CloseAs,
  Decision,
  EstateSummary,
  FindingRef,
  GatePlan,
  GateRule,
  Missing,
  OutsideAnswer,
  PlaybookPin,
  RuledOut,
  RunPurpose,
  VolumeCopy,
} from './events';
import type { AccountId, CommandId, IncidentId, InstanceId, PersonKey, RegionName, Sha256 } from './ids';
import { type GateName, STEPS, type StepName } from './steps';

/** `posted`: a notice (FN-…) about a finding nobody acts on. Stop, release and close lead to `closed`, and an empty first look. */
export type IncidentStatus = 'posted' | 'open' | 'closed';

export interface StepView {
  readonly name: StepName;
  readonly state: 'running' | 'done' | 'failed' | 'skipped';
  /** Counts starts within the incident, from 1; 0 when it failed or was skipped before it started. */
  readonly attempt: number;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly said?: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface VoteView {
  readonly person: PersonKey;
  readonly decision: Decision;
  readonly at: string;
  readonly reason?: string;
}

export interface GateView {
  readonly name: GateName;
  readonly opening: number;
  /** The run it was opened in: a new run asks again. */
  readonly run: number;
  readonly state: 'pending' | 'approved' | 'rejected' | 'expired' | 'voided';
  readonly plan: GatePlan;
  readonly rule: GateRule;
  readonly openedAt: string;
  /** Shifted by every pause. While paused the deadline stands still. */
  readonly expiresAt: string;
  readonly requester?: PersonKey;
  readonly votes: readonly VoteView[];
  /** What was decided: approve, reject, or for failure gates retry, skip or abort. */
  readonly decision?: Decision;
  readonly decidedBy: readonly PersonKey[];
  readonly decidedAt?: string;
  readonly reason?: string;
  /** Set once the persons of the role agreed and it is asked outside Slack: by whom it was agreed, and the answer. */
  readonly outside?: {
    readonly askedAt: string;
    readonly agreed: readonly PersonKey[];
    readonly answer?: OutsideAnswer;
  };
  readonly reminders: number;
  readonly lastRemindedAt?: string;
}

/** A gate the playbook lets through without asking. */
export interface PassedGate {
  readonly planDigest: Sha256;
  readonly why: string;
  readonly run: number;
}

export interface RunView {
  readonly run: number;
  readonly purpose: RunPurpose;
  readonly state: 'requested' | 'running' | 'ended';
  readonly requestedAt: string;
  readonly requestedBy?: PersonKey;
  readonly execution?: string;
  readonly result?: 'completed' | 'aborted' | 'failed';
  readonly cause?: string;
  readonly endedAt?: string;
}

export interface Containment {
  readonly order?: 'contain-first' | 'memory-first';
  readonly orderWhy?: string;
  readonly detached?: {
    readonly group?: string;
    readonly how: 'standby' | 'detached' | 'held' | 'none';
    readonly targets: readonly string[];
  };
  readonly protection?: { readonly termination: boolean; readonly stop: boolean };
  readonly isolated?: {
    readonly group: string;
    readonly interfaces: readonly string[];
    readonly residual: readonly string[];
    readonly at: string;
  };
  readonly profile?: { readonly from?: string; readonly to: string };
  readonly subnetCut?: { readonly acl: string; readonly subnets: readonly string[] };
  readonly sessionsRevoked?: { readonly role: string; readonly scope: string; readonly at: string };
}

export interface SealView {
  readonly kind: 'derived' | 'final';
  readonly head: Sha256;
  readonly signature: string;
  readonly keyId: string;
  readonly at: string;
}

/** The newest question to the symbol factory. */
export interface SymbolsView {
  readonly request: string;
  readonly kernel: string;
  readonly state: 'asked' | 'made' | 'late';
  readonly sha256?: Sha256;
}

export interface ReportView {
  readonly request: string;
  readonly state: 'requested' | 'posted' | 'late';
  readonly deadline: string;
  readonly ts?: string;
  readonly summarySha256?: Sha256;
  readonly runUrl?: string;
  readonly verdict?: string;
  readonly why?: string;
}

/** Everything that is known of one incident, folded from its ledger. */
export interface Incident {
  readonly id: IncidentId;
  /** Number of ledger rows, and the hash of the last. */
  readonly seq: number;
  readonly headHash: Sha256;
  readonly seenCommands: ReadonlySet<CommandId>;
  readonly status: IncidentStatus;
  readonly account: AccountId;
  readonly region: RegionName;
  readonly instance?: InstanceId;
  readonly instanceName?: string;
  readonly generation: number;
  readonly previous?: IncidentId;
  readonly channel: string;
  readonly drill: boolean;
  readonly playbook?: PlaybookPin;
  readonly openedAt: string;
  readonly updatedAt: string;
  readonly openedBy?: PersonKey;
  readonly openReason?: string;
  /** Why a notice was only posted. */
  readonly postedWhy?: string;
  readonly closed?: { readonly as: CloseAs; readonly at: string; readonly reason?: string };
  /** Newest count and severity per finding, the first one first. */
  readonly findings: readonly FindingRef[];
  readonly runs: readonly RunView[];
  readonly steps: Readonly<Partial<Record<StepName, StepView>>>;
  readonly gates: Readonly<Partial<Record<GateName, GateView>>>;
  readonly passedGates: Readonly<Partial<Record<GateName, PassedGate>>>;
  readonly paused?: { readonly since: string; readonly by?: PersonKey; readonly reason?: string };
  /** Asked of the run that is going: it ends after clean-up. Cleared by the next run. */
  readonly abort?: { readonly at: string; readonly by?: PersonKey; readonly reason?: string };
  /** A release or close that waits for the run to end, or is being done. */
  readonly ending?: {
    readonly purpose: 'release' | 'close';
    readonly as?: CloseAs;
    readonly reason?: string;
    readonly by?: PersonKey;
    readonly at: string;
  };
  readonly estate?: { readonly digest: Sha256; readonly summary: EstateSummary };
  readonly containment: Containment;
  readonly artefacts: readonly Artefact[];
  readonly memory?: { readonly bytes: number; readonly hostClaim: string; readonly tool: string };
  readonly volumes: readonly VolumeCopy[];
  readonly blockHashes?: readonly BlockHash[];
  readonly forensicInstance?: string;
  readonly attachedVolumes: readonly string[];
  readonly missing: readonly Missing[];
  readonly seals: readonly SealView[];
  /** The newest final seal, also in `seals`. */
  readonly finalSeal?: SealView & { readonly fingerprint: string; readonly rows: number };
  readonly report?: ReportView;
  readonly symbols?: SymbolsView;
  readonly stopIntended?: { readonly planDigest: Sha256; readonly at: string };
  readonly stopped?: { readonly state: string; readonly at: string };
  readonly ruledOut?: { readonly as: RuledOut; readonly why: string };
  readonly evidenceLost?: { readonly why: string; readonly at: string };
  readonly cleanedUp?: readonly string[];
  readonly released?: {
    readonly restored: readonly string[];
    readonly differs: readonly string[];
    readonly at: string;
  };
  readonly owner?: PersonKey;
  readonly notes: readonly { readonly text: string; readonly by?: PersonKey; readonly at: string }[];
  readonly noticed: readonly { readonly text: string; readonly at: string }[];
  /** One attack on several hosts: what was offered, who leads it, whom it leads. */
  readonly campaign: {
    readonly offer?: { readonly lead: IncidentId; readonly why: string };
    readonly lead?: IncidentId;
    readonly members: readonly { readonly incident: IncidentId; readonly instance?: InstanceId }[];
  };
}

/** The newest run, whatever its state. */
export function currentRun(incident: Incident): RunView | undefined {
  return incident.runs.at(-1);
}

/** The run that is requested or running now. */
export function activeRun(incident: Incident): RunView | undefined {
  const run = currentRun(incident);
  return run !== undefined && run.state !== 'ended' ? run : undefined;
}

/** Isolated, alive, and nobody at work on it: it stays listed, and people are reminded, until it is decided. */
export function leftIsolated(incident: Incident): boolean {
  const isolated = incident.containment.isolated !== undefined;
  const over = incident.stopped !== undefined || incident.evidenceLost !== undefined || incident.status !== 'open';
  return isolated && !over && activeRun(incident) === undefined;
}

/** Whether a release has anything to look at: a step of containment began, or has left its mark. To have chosen an order is neither. */
export function isTouched({ containment, steps, released }: Incident): boolean {
  const { order: _order, orderWhy: _why, ...measures } = containment;
  if (released !== undefined || Object.keys(measures).length > 0) return Object.keys(measures).length > 0;
  return Object.values(steps).some(({ name, attempt }) => STEPS[name] === 'Contain' && attempt > 0);
}

/** Gates that wait for people, in the order they were opened. */
export function pendingGates(incident: Incident): readonly GateView[] {
  return Object.values(incident.gates)
    .filter((gate) => gate.state === 'pending')
    .sort((a, b) => a.openedAt.localeCompare(b.openedAt));
}

/** A gate that waits for people outside Slack: the persons here have agreed. */
export function awaitsOutside(gate: GateView): boolean {
  return gate.state === 'pending' && gate.outside !== undefined;
}

/** Whether the run that is going has been told to end: by abort, or because a release or close waits for its end. */
export function mustEnd(incident: Incident, run: number): boolean {
  const current = currentRun(incident);
  if (current === undefined || current.run !== run) return true;
  if (incident.status === 'closed') return true;
  if (incident.abort !== undefined) return true;
  return incident.ending !== undefined && current.purpose === 'respond';
}

/**
 * How far the isolation on record can be relied on: `unproven` when a later look found it open and nobody isolated again,
 * `broken-off` when a release gave something back and did not come to its end.
 */
export function isolationNow({
  steps,
  containment: { isolated },
  released,
}: Incident): 'none' | 'isolated' | 'unproven' | 'broken-off' {
  if (isolated === undefined || released !== undefined) return 'none';
  const release = steps['Release the instance'];
  const begun = release?.startedAt !== undefined && release.startedAt >= isolated.at;
  if (begun && (release.state === 'failed' || release.state === 'skipped')) return 'broken-off';
  return steps['Isolate the instance']?.state === 'failed' ? 'unproven' : 'isolated';
}

/** Whether the response may have left machines of ours: its execution died, or its clean-up was gone on without. */
export function leftUncleaned({ runs, steps }: Incident): boolean {
  const cleaned = steps['Clean up']?.state;
  const died = runs.findLast(({ purpose }) => purpose === 'respond')?.result === 'failed';
  return died || cleaned === 'failed' || cleaned === 'skipped';
}

/** The newest signed head: what a stop approval is bound to. */
export function evidenceHead(incident: Incident): Sha256 | undefined {
  return incident.seals.at(-1)?.head;
}
