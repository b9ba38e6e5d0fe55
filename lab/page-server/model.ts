/**
 * What the page shows, as data: one snapshot when it connects, JSON merge patches after that. Members are never null
 * (a patch uses null to remove), and lists that grow are records by id.
 */
export interface PageState {
  readonly stage: StageView;
  readonly slack: SlackView;
  readonly machines: Readonly<Record<string, MachineView>>;
  /** By execution name. */
  readonly runs: Readonly<Record<string, RunView>>;
  readonly estates: Readonly<Record<string, EstateView>>;
  readonly incidents: Readonly<Record<string, IncidentView>>;
  readonly github: GithubView;
}

export interface StageView {
  /** Changes with every reset: a page that sees another number starts over. */
  readonly generation: number;
  /** ISO time of the lab's clock when the snapshot was made. */
  readonly now: string;
  /** What the lab is busy with besides running: replaying a journal, skipping ahead. */
  readonly busy?: string;
  readonly people: Readonly<Record<string, PersonView>>;
  readonly commands: readonly CommandView[];
  readonly attacks: readonly AttackView[];
  readonly slackWeather: SlackWeather;
  readonly githubDown: boolean;
  /** How many findings were played so far. */
  readonly played: number;
  readonly fault?: string;
}

export type SlackWeather = 'well' | 'down' | 'limited';

export interface PersonView {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly kind: 'member' | 'guest' | 'stranger';
}

export interface CommandView {
  readonly path: string;
  readonly usage: string;
  readonly summary: string;
  readonly example: string;
  readonly changes: boolean;
}

export interface AttackView {
  readonly id: string;
  readonly title: string;
  /** What happens on the instance, in one sentence. */
  readonly story: string;
  /** The finding type GuardDuty will report. */
  readonly reports: string;
  readonly severity: number;
}

export type Blocks = readonly Readonly<Record<string, unknown>>[];

export interface SlackView {
  readonly bot: string;
  readonly channels: Readonly<Record<string, { readonly name: string }>>;
  /** By `channel/ts`. */
  readonly messages: Readonly<Record<string, MessageView>>;
  /** Ephemeral replies, by number. */
  readonly replies: Readonly<Record<string, ReplyView>>;
  /** The modal each person has open. */
  readonly views: Readonly<Record<string, { readonly id: string; readonly view: Readonly<Record<string, unknown>> }>>;
  readonly homes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface MessageView {
  readonly channel: string;
  readonly ts: string;
  readonly thread?: string;
  readonly author: string;
  readonly text: string;
  readonly blocks: Blocks;
  readonly edits: readonly { readonly at: string; readonly text: string }[];
  readonly files: readonly { readonly id: string; readonly name: string; readonly bytes: number }[];
}

export interface ReplyView {
  readonly user: string;
  readonly channel: string;
  readonly thread?: string;
  readonly at: string;
  readonly text: string;
  readonly blocks: Blocks;
}

export interface MachineView {
  readonly name: string;
  readonly graph: readonly GraphNode[];
}

/** One box of the drawn machine; plumbing states are folded into the box they serve. */
export interface GraphNode {
  readonly name: string;
  readonly kind: 'task' | 'gate' | 'parallel';
  /** Plumbing folded into this box. */
  readonly folds: readonly string[];
  readonly branches: readonly (readonly GraphNode[])[];
}

export type StateStatus = 'running' | 'waiting' | 'asking' | 'done' | 'failed' | 'skipped' | 'aborted';

export interface RunView {
  readonly name: string;
  readonly machine: string;
  readonly incident: string;
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** By box, not by state. */
  readonly states: Readonly<Record<string, StateView>>;
}

export interface StateView {
  readonly status: StateStatus;
  readonly enteredAt: string;
  readonly exitedAt?: string;
  /** Times the box was entered. */
  readonly visits: number;
  readonly retries: number;
  readonly error?: string;
}

/** Everything about one box, asked for when it is opened. */
export interface StateDetail {
  readonly runbook: string;
  readonly visits: readonly StateVisit[];
}

export interface StateVisit {
  readonly state: string;
  readonly enteredAt: string;
  readonly exitedAt?: string;
  readonly input: string;
  readonly output?: string;
  readonly errors: readonly string[];
  readonly calls: readonly CallView[];
}

export interface CallView {
  readonly seq: number;
  readonly at: string;
  readonly function: string;
  readonly service: string;
  readonly operation: string;
  readonly resources: readonly string[];
  readonly allowed: boolean;
  readonly statement: string;
  readonly outcome: string;
}

export interface EstateView {
  readonly account: string;
  readonly region: string;
  readonly vpcs: Readonly<Record<string, VpcView>>;
  readonly instances: Readonly<Record<string, InstanceView>>;
  readonly volumes: Readonly<Record<string, VolumeView>>;
  readonly snapshots: Readonly<Record<string, SnapshotView>>;
  readonly groups: Readonly<Record<string, ScalingView>>;
  readonly flows: Readonly<Record<string, FlowView>>;
}

export interface VpcView {
  readonly id: string;
  readonly name: string;
  readonly cidr: string;
  readonly quarantine: boolean;
}

export type InstanceRole = 'victim' | 'forensic' | 'member' | 'neighbour';

export interface InstanceView {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly state: string;
  readonly role: InstanceRole;
  readonly vpc: string;
  readonly subnet: string;
  readonly profile?: string;
  readonly scaling?: string;
  readonly scalingState?: string;
  readonly launchedAt: string;
  readonly terminationProtected: boolean;
  readonly isolated: boolean;
  readonly interfaces: readonly InterfaceView[];
  readonly volumes: readonly string[];
}

export interface InterfaceView {
  readonly id: string;
  readonly ip: string;
  readonly publicIp?: string;
  readonly groups: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: 'own' | 'isolation' | 'allow-all';
  }[];
}

export interface VolumeView {
  readonly id: string;
  readonly gib: number;
  readonly state: string;
  readonly instance?: string;
  readonly device?: string;
  readonly evidence: boolean;
}

export interface SnapshotView {
  readonly id: string;
  /** The incident it was taken for, by its tag. */
  readonly incident?: string;
  readonly volume: string;
  readonly state: string;
  readonly gib: number;
  readonly locked: boolean;
  readonly encrypted: boolean;
  readonly copy: boolean;
}

export interface ScalingView {
  readonly name: string;
  readonly desired: number;
  readonly members: readonly { readonly instance: string; readonly state: string }[];
  readonly targets: readonly { readonly instance: string; readonly state: string; readonly group: string }[];
}

/** A connection from outside: whether the groups and routes of this moment let it through. */
export interface FlowView {
  readonly instance: string;
  readonly remote: string;
  readonly kind: 'attacker' | 'users';
  readonly open: boolean;
}

export interface IncidentView {
  readonly id: string;
  readonly title: string;
  readonly type: string;
  readonly severity: number;
  readonly count: number;
  readonly status: string;
  readonly closedAs?: string;
  readonly account: string;
  readonly region: string;
  readonly instance?: string;
  readonly instanceName?: string;
  readonly openedAt: string;
  readonly updatedAt: string;
  readonly paused: boolean;
  readonly isolated: boolean;
  readonly rows: number;
  readonly head: string;
  readonly gates: readonly GateSummary[];
  /** Parked tokens and what answers them. */
  readonly waits: readonly WaitSummary[];
  readonly artefacts: readonly ArtefactView[];
  readonly missing: readonly { readonly what: string; readonly reason: string }[];
  readonly seals: readonly { readonly kind: string; readonly head: string; readonly at: string }[];
  readonly report?: { readonly state: string; readonly verdict?: string };
  readonly files: readonly FileView[];
}

export interface GateSummary {
  readonly name: string;
  readonly state: string;
  readonly role: string;
  /** Persons who may decide. */
  readonly waitsFor: readonly string[];
  readonly quorum: number;
  readonly votes: readonly { readonly person: string; readonly decision: string }[];
  readonly expiresAt: string;
  /** Who is asked outside Slack, once the persons here agreed. */
  readonly outside?: string;
}

export interface WaitSummary {
  readonly id: string;
  readonly kind: string;
  readonly what: string;
  readonly deadline: string;
}

export interface ArtefactView {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly versionId: string;
  readonly tool: string;
  readonly toolVersion: string;
  readonly at: string;
  readonly actor: string;
  readonly origin: string;
}

/** One object under the incident's prefix. */
export interface FileView {
  readonly path: string;
  readonly bytes: number;
  readonly versionId: string;
}

export interface GithubView {
  readonly repository: string;
  readonly dispatches: readonly { readonly at: string; readonly type: string; readonly payload: string }[];
  readonly underWay: number;
  readonly runs: Readonly<Record<string, WorkflowRunView>>;
  /** Jobs that wait for a reviewer of their environment, by run. */
  readonly reviews: Readonly<Record<string, ReviewView>>;
  readonly pulls: Readonly<Record<string, PullView>>;
}

export interface ReviewView {
  readonly run: number;
  readonly workflow: string;
  readonly environment: string;
  /** Names of those who may decide. */
  readonly reviewers: readonly string[];
}

export interface WorkflowRunView {
  readonly id: number;
  readonly workflow: string;
  readonly conclusion: string;
  readonly steps: readonly { readonly run: string; readonly exit: number }[];
}

export interface PullView {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly head: string;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly files: readonly string[];
}

/** What came of a gesture: Slack's view of the app's answer, or why nothing could be done. */
export interface GestureAnswer {
  readonly ok: boolean;
  /** One sentence when not ok. */
  readonly said?: string;
  /** Errors of a form by block id. */
  readonly errors?: Readonly<Record<string, string>>;
}
