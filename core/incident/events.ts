import type { AccountId, CommandId, IncidentId, InstanceId, PersonKey, RegionName, Sha256 } from './ids';
import type { GateName, StepName } from './steps';

/** Who did it: a person of policy.yaml, or one of our own parts. */
export type Actor =
  | { readonly kind: 'person'; readonly person: PersonKey; readonly slackUser?: string; readonly breakGlass?: boolean }
  | { readonly kind: 'system'; readonly part: string };

/** What is kept of a GuardDuty finding in the ledger; the whole finding lies in S3 under `digest`. */
export interface FindingRef {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly severity: number;
  readonly count: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly digest: Sha256;
  /** Short facts for the card: remote addresses, domains, ports, process names. Untrusted text. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
}

export type GateMode = 'auto' | 'ask';
export type Decision = 'approve' | 'reject' | 'retry' | 'skip' | 'abort';
export type Origin = 'captured' | 'recorded' | 'stand-in';

/** The pinned playbook: later merges do not change an open incident. */
export interface PlaybookPin {
  readonly name: string;
  readonly digest: Sha256;
  readonly gates: Readonly<Record<string, GateRule>>;
  /** Minutes that memory capture may hold back containment when the isolated host cannot reach SSM. */
  readonly memoryFirstMinutes: number;
}

/** How one gate behaves. Durations in minutes. */
export interface GateRule {
  readonly mode: GateMode;
  readonly quorum: number;
  readonly role: string;
  readonly excludeRequester: boolean;
  readonly reasonRequired: boolean;
  readonly typedConfirmation: boolean;
  readonly expiresMinutes: number;
  readonly remindMinutes: number;
  readonly escalateTo?: string;
  /** What an unanswered gate means: keep things as they are, never act. */
  readonly onTimeout: 'keep';
  /** Where it is asked once more, when the persons here agreed; core/incident/outside.ts. */
  readonly outside?: OutsideStep;
}

/** `github-environment`: reviewers of the repository's environment `approve-stop` decide as well. */
export type OutsideStep = 'github-environment';

/** What was decided outside Slack: by whom (GitHub logins, as GitHub named them), and where it can be read. */
export interface OutsideAnswer {
  readonly by: readonly string[];
  readonly runUrl: string;
}

/** What an approval is bound to: a changed plan has another digest and voids it. */
export interface GatePlan {
  readonly digest: Sha256;
  /** Short plain sentences: what will be done to what. */
  readonly lines: readonly string[];
}

/** One artefact under custody. `key` is relative to the incident's prefix in the evidence bucket. */
export interface Artefact {
  readonly path: string;
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly versionId: string;
  readonly tool: string;
  readonly toolVersion: string;
  readonly at: string;
  readonly actor: string;
  readonly origin: Origin;
}

export interface VolumeCopy {
  readonly device: string;
  readonly volume: string;
  readonly snapshot: string;
  readonly copy?: string;
  readonly gib: number;
}

/** A copy hashed block by block, without any instance; core/collect/block-hash.ts defines the hash. */
export interface BlockHash {
  readonly volume: string;
  readonly device: string;
  readonly copy: string;
  /** Blocks that exist. */
  readonly blocks: number;
  readonly sha256: Sha256;
}

/** `protect`: an instance nobody may touch. `suppress`: a finding type that is told and not acted on. */
export type ProposalKind = 'protect' | 'suppress';

export type RunPurpose = 'respond' | 'release' | 'close';
/** Why nothing may be done: EC2 does not know the instance, policy protects it, or a drill names one not tagged for it. */
export type RuledOut = 'no-such-instance' | 'protected' | 'not-for-drills';
export type CloseAs = 'resolved' | 'false-positive' | 'duplicate' | 'stopped' | 'released' | RuledOut;

/** What a step could not get, said out loud in the manifest. */
export interface Missing {
  readonly what: string;
  readonly reason: string;
}

export type IncidentEvent =
  | {
      readonly type: 'IncidentOpened';
      readonly account: AccountId;
      readonly region: RegionName;
      readonly instance: InstanceId;
      readonly generation: number;
      readonly previous?: IncidentId;
      readonly channel: string;
      readonly playbook: PlaybookPin;
      readonly finding?: FindingRef;
      readonly instanceName?: string;
      readonly drill?: boolean;
      readonly reason?: string;
    }
  /** A finding that is told and not acted on; its ledger id starts with FN-. */
  | {
      readonly type: 'FindingPosted';
      readonly account: AccountId;
      readonly region: RegionName;
      readonly instance?: InstanceId;
      readonly channel: string;
      readonly finding: FindingRef;
      readonly why: string;
    }
  | { readonly type: 'FindingAttached'; readonly finding: FindingRef }
  | {
      readonly type: 'FindingUpdated';
      readonly id: string;
      readonly count: number;
      readonly lastSeen: string;
      readonly severity: number;
    }
  | { readonly type: 'RunRequested'; readonly run: number; readonly purpose: RunPurpose }
  | { readonly type: 'RunStarted'; readonly run: number; readonly execution: string }
  | {
      readonly type: 'RunEnded';
      readonly run: number;
      readonly result: 'completed' | 'aborted' | 'failed';
      readonly cause?: string;
    }
  | { readonly type: 'StepStarted'; readonly step: StepName; readonly attempt: number }
  | {
      readonly type: 'StepCompleted';
      readonly step: StepName;
      readonly said: string;
      readonly missing?: readonly Missing[];
    }
  | {
      readonly type: 'StepFailed';
      readonly step: StepName;
      readonly error: string;
      readonly cause: string;
      readonly attempt: number;
    }
  | { readonly type: 'StepSkipped'; readonly step: StepName; readonly reason: string }
  | { readonly type: 'EstateRecorded'; readonly digest: Sha256; readonly summary: EstateSummary }
  | { readonly type: 'ContainmentOrderChosen'; readonly order: 'contain-first' | 'memory-first'; readonly why: string }
  | {
      readonly type: 'InstanceDetached';
      readonly group?: string;
      readonly how: 'standby' | 'detached' | 'held' | 'none';
      readonly targets: readonly string[];
    }
  | { readonly type: 'InstanceProtected'; readonly termination: boolean; readonly stop: boolean }
  | {
      readonly type: 'InstanceIsolated';
      readonly group: string;
      readonly interfaces: readonly string[];
      readonly residual: readonly string[];
    }
  | { readonly type: 'ProfileSwapped'; readonly from?: string; readonly to: string }
  | { readonly type: 'SubnetCut'; readonly acl: string; readonly subnets: readonly string[] }
  | { readonly type: 'SessionsRevoked'; readonly role: string; readonly scope: string }
  | { readonly type: 'EvidenceKept'; readonly artefacts: readonly Artefact[] }
  | { readonly type: 'MemoryCaptured'; readonly bytes: number; readonly hostClaim: string; readonly tool: string }
  | { readonly type: 'SnapshotsTaken'; readonly volumes: readonly VolumeCopy[] }
  | { readonly type: 'SnapshotsCopied'; readonly volumes: readonly VolumeCopy[] }
  | { readonly type: 'BlocksHashed'; readonly volumes: readonly BlockHash[] }
  | { readonly type: 'ForensicInstanceLaunched'; readonly instance: string }
  | { readonly type: 'EvidenceAttached'; readonly volumes: readonly string[] }
  | {
      readonly type: 'EvidenceSealed';
      readonly head: Sha256;
      readonly signature: string;
      readonly keyId: string;
      readonly entries: number;
    }
  | { readonly type: 'ReportRequested'; readonly request: string; readonly deadline: string }
  | {
      readonly type: 'ReportPosted';
      readonly request: string;
      readonly ts: string;
      readonly summarySha256: Sha256;
      readonly runUrl: string;
      readonly verdict: string;
    }
  | { readonly type: 'ReportLate'; readonly request: string; readonly why: string }
  | {
      readonly type: 'SymbolsAsked';
      readonly request: string;
      /** Release of the kernel whose symbols are missing. */
      readonly kernel: string;
      /** As the memory image says it, printable; the factory takes it apart again. */
      readonly banner: string;
      readonly deadline: string;
    }
  | { readonly type: 'SymbolsMade'; readonly request: string; readonly kernel: string; readonly sha256: Sha256 }
  | { readonly type: 'SymbolsLate'; readonly request: string; readonly why: string }
  | { readonly type: 'StopIntended'; readonly planDigest: Sha256 }
  | { readonly type: 'InstanceStopped'; readonly state: string }
  | { readonly type: 'EvidenceLost'; readonly why: string }
  | { readonly type: 'CleanedUp'; readonly removed: readonly string[] }
  /**
   * The first look found nothing that may be done: the run goes to its end untouched. What was opened by hand closes with it;
   * with a finding behind it, it `stays` open for somebody to respond without Cordon.
   */
  | { readonly type: 'InstanceRuledOut'; readonly as: RuledOut; readonly why: string; readonly stays?: true }
  | { readonly type: 'InstanceReleased'; readonly restored: readonly string[]; readonly differs: readonly string[] }
  | {
      readonly type: 'GateOpened';
      readonly gate: GateName;
      /** Counts openings of this gate: a vote names the opening it answers. */
      readonly opening: number;
      readonly plan: GatePlan;
      readonly rule: GateRule;
      readonly expiresAt: string;
      readonly requester?: PersonKey;
    }
  | {
      readonly type: 'GateVoteCast';
      readonly gate: GateName;
      readonly opening: number;
      readonly person: PersonKey;
      readonly decision: Decision;
      readonly reason?: string;
    }
  | {
      readonly type: 'GateDecided';
      readonly gate: GateName;
      readonly opening: number;
      readonly decision: Decision;
      readonly by: readonly PersonKey[];
      readonly reason?: string;
      readonly outside?: OutsideAnswer;
    }
  /** Enough persons of the role agreed, and the rule asks outside Slack as well: nothing is decided yet. */
  | {
      readonly type: 'GateOutsideAsked';
      readonly gate: GateName;
      readonly opening: number;
      readonly by: readonly PersonKey[];
      readonly outside: OutsideStep;
    }
  | { readonly type: 'GatePassed'; readonly gate: GateName; readonly planDigest: Sha256; readonly why: string }
  | {
      readonly type: 'GateExpired';
      readonly gate: GateName;
      readonly opening: number;
      readonly votes: number;
      readonly quorum: number;
      /** Set when it lapsed before its time. */
      readonly why?: string;
      /** The persons here had agreed; the answer from outside did not come. */
      readonly outside?: OutsideStep;
    }
  | { readonly type: 'GateVoided'; readonly gate: GateName; readonly opening: number; readonly why: string }
  | { readonly type: 'GateReminded'; readonly gate: GateName; readonly opening: number; readonly escalatedTo?: string }
  | { readonly type: 'Paused'; readonly reason?: string }
  | { readonly type: 'Resumed'; readonly reason?: string }
  | { readonly type: 'AbortRequested'; readonly reason?: string }
  | { readonly type: 'ReleaseRequested'; readonly reason?: string }
  | { readonly type: 'CloseRequested'; readonly as: CloseAs; readonly reason?: string }
  | { readonly type: 'OwnerSet'; readonly owner: PersonKey }
  | { readonly type: 'NoteAdded'; readonly text: string }
  | { readonly type: 'EstateNoticed'; readonly text: string }
  /** Nothing runs and the instance is still cut off: said once a day until somebody decides. */
  | { readonly type: 'IsolationReminded'; readonly since: string }
  /** Nothing goes on while it is paused: said less and less often until somebody resumes or ends it. */
  | { readonly type: 'PauseReminded'; readonly since: string }
  /** It looks like one more host of the attack that `lead` is about. */
  | { readonly type: 'CampaignNoticed'; readonly lead: IncidentId; readonly why: string }
  | { readonly type: 'GroupedUnder'; readonly lead: IncidentId }
  | { readonly type: 'MemberGrouped'; readonly member: IncidentId; readonly instance?: InstanceId }
  /** A change of the files in git that somebody asked for; publish opens the pull request, people merge it. */
  | {
      readonly type: 'ChangeAsked';
      readonly change: ProposalKind;
      readonly subject: string;
      readonly reason?: string;
    }
  | {
      readonly type: 'ChangeProposed';
      readonly change: ProposalKind;
      readonly subject: string;
      readonly url: string;
    }
  /** Somebody asked for a copy of the record as a file in the thread. */
  | { readonly type: 'ExportAsked'; readonly what: 'timeline' }
  /** Who was lent which artefacts: the links themselves are sent to that person alone and stand nowhere. */
  | { readonly type: 'LinksAsked'; readonly paths: readonly string[] }
  | { readonly type: 'IncidentClosed'; readonly as: CloseAs; readonly reason?: string }
  | {
      readonly type: 'FinalSealed';
      readonly head: Sha256;
      readonly signature: string;
      readonly keyId: string;
      readonly fingerprint: string;
      readonly rows: number;
    };

export interface EstateSummary {
  readonly state: string;
  readonly interfaces: number;
  readonly volumes: number;
  readonly group?: string;
  readonly targetGroups: readonly string[];
  readonly profile?: string;
  readonly publicAddress?: string;
  readonly protectedBy?: string;
  readonly ssmOnline: boolean;
  readonly platform: 'linux' | 'windows';
  readonly instanceType: string;
  readonly owner?: string;
  /** Said before its memory is captured, where it may not arrive in its time. */
  readonly memoryForecast?: string;
  /** Other instances that had the same profile: a revocation leaves their sessions alone, and says so. */
  readonly profileUsers?: readonly string[];
  /** Of its interfaces; a subnet cut hits them whole. */
  readonly subnets?: readonly string[];
  /** Other instances in those subnets, by id and Name, at most 20 of them. */
  readonly neighbours?: readonly string[];
}

/** One row of the ledger: an atomic batch of events. */
export interface Commit {
  readonly incident: IncidentId;
  readonly seq: number;
  readonly events: readonly IncidentEvent[];
  readonly actor: Actor;
  readonly commandId: CommandId;
  /** ISO 8601 UTC with milliseconds. */
  readonly at: string;
  readonly version: 1;
  readonly prevHash: Sha256;
  readonly hash: Sha256;
}
