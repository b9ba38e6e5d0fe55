import type {
  CloseAs,
  Decision,
  FindingRef,
  GatePlan,
  GateRule,
  IncidentEvent,
  OutsideAnswer,
  PlaybookPin,
  ProposalKind,
  RunPurpose,
} from './events';
import type { AccountId, IncidentId, InstanceId, PersonKey, RegionName } from './ids';
import type { GateName, StepName } from './steps';

/**
 * What someone asks of one incident. `decide` answers with events, with nothing (already so), or with a Refusal.
 * `Record` is for our own parts: facts a step observed, taken as they are but never on a closed incident.
 */
export type Command =
  | {
      readonly type: 'Open';
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
      /** The opening commit also requests run 1: opened and acted on, or neither. */
      readonly start?: boolean;
    }
  | {
      readonly type: 'Post';
      readonly account: AccountId;
      readonly region: RegionName;
      readonly instance?: InstanceId;
      readonly channel: string;
      readonly finding: FindingRef;
      readonly why: string;
    }
  | { readonly type: 'AddFinding'; readonly finding: FindingRef }
  | { readonly type: 'RequestRun'; readonly purpose: RunPurpose }
  | { readonly type: 'StartRun'; readonly run: number; readonly execution: string }
  | {
      readonly type: 'EndRun';
      readonly run: number;
      readonly result: 'completed' | 'aborted' | 'failed';
      readonly cause?: string;
      /** The closing step, completed in the same commit as the run. */
      readonly step?: StepName;
      readonly said?: string;
    }
  | { readonly type: 'Record'; readonly events: readonly IncidentEvent[] }
  | {
      readonly type: 'FailStep';
      readonly step: StepName;
      readonly error: string;
      readonly cause: string;
      readonly plan: GatePlan;
      readonly rule: GateRule;
    }
  | {
      readonly type: 'OpenGate';
      readonly gate: GateName;
      readonly plan: GatePlan;
      readonly rule: GateRule;
      readonly requester?: PersonKey;
    }
  | {
      readonly type: 'Vote';
      readonly gate: GateName;
      readonly opening: number;
      readonly decision: Decision;
      readonly reason?: string;
      readonly planDigest: string;
      /** For gates with typed confirmation: the last four characters of the instance id, or the whole id. */
      readonly confirmation?: string;
    }
  /** GitHub's answer to a gate that was asked there as well. */
  | {
      readonly type: 'DecideOutside';
      readonly gate: GateName;
      readonly opening: number;
      readonly planDigest: string;
      readonly decision: 'approve' | 'reject';
      readonly answer: OutsideAnswer;
    }
  | {
      readonly type: 'ExpireGate';
      readonly gate: GateName;
      readonly opening: number;
      /** Before its time: why the question has no more point. */
      readonly early?: string;
    }
  | { readonly type: 'RemindGate'; readonly gate: GateName; readonly opening: number; readonly escalateTo?: string }
  | { readonly type: 'Pause'; readonly reason?: string }
  | { readonly type: 'Resume'; readonly reason?: string }
  | { readonly type: 'Abort'; readonly reason?: string }
  | { readonly type: 'Release'; readonly reason?: string }
  | { readonly type: 'Close'; readonly as: CloseAs; readonly reason?: string }
  | { readonly type: 'SetOwner'; readonly owner: PersonKey }
  | { readonly type: 'AddNote'; readonly text: string }
  | {
      readonly type: 'AskChange';
      readonly change: ProposalKind;
      readonly subject: string;
      readonly reason?: string;
    }
  | { readonly type: 'AskExport'; readonly what: 'timeline' }
  /** Of one attack on several hosts: on the member, and on the incident that leads. */
  | { readonly type: 'Group'; readonly lead: IncidentId }
  | { readonly type: 'Lead'; readonly member: IncidentId; readonly instance?: InstanceId }
  /** `match`: a part of the paths that are wanted. */
  | { readonly type: 'AskLinks'; readonly match: string };
