import { unreachable } from '../../core/errors';
import type { Actor, Commit, IncidentEvent } from '../../core/incident/events';
import type { PersonKey } from '../../core/incident/ids';
import { code, foreign, join, link, type Mrkdwn, md, time } from './mrkdwn';
import { type PersonNames, who } from './people';
import { containmentLine, evidenceLine } from './thread-lines-work';
import { decisionWord, gateQuestion, severityWord } from './words';

export interface LineContext {
  readonly names: PersonNames;
  readonly actor: Actor;
  /** Mentions for an escalation, by what policy calls the group. */
  readonly call?: (escalatedTo: string | undefined) => Mrkdwn | undefined;
  /** Mentions of those who must hear that break-glass was used. */
  readonly shout?: () => Mrkdwn | undefined;
}

function actorName(at: LineContext): Mrkdwn {
  const { actor } = at;
  if (actor.kind === 'system') return md`Cordon`;
  const name = who(at.names, actor.person);
  return actor.breakGlass ? md`${name} (break-glass)` : name;
}

/** Foreign words at the end of a sentence of ours, without the full stop they may bring. */
const ending = (text: string, max?: number): Mrkdwn => foreign(text.trim().replace(/[.!]+$/, ''), max);

const because = (reason: string | undefined): Mrkdwn => (reason ? md`: ${ending(reason)}` : md``);

/** Events whose own message (a gate's ask, edited in place) or the card tells enough. */
type Silent =
  | 'StepStarted'
  | 'EvidenceKept'
  | 'GateOpened'
  | 'GatePassed'
  | 'RunStarted'
  | 'StopIntended'
  | 'ForensicInstanceLaunched'
  | 'EvidenceAttached';

type Told = Exclude<IncidentEvent, { readonly type: Silent }>;

const SILENT: ReadonlySet<IncidentEvent['type']> = new Set<Silent>([
  'StepStarted',
  'EvidenceKept',
  'GateOpened',
  'GatePassed',
  'RunStarted',
  'StopIntended',
  'ForensicInstanceLaunched',
  'EvidenceAttached',
]);

function isTold(event: IncidentEvent): event is Told {
  return !SILENT.has(event.type);
}

/** What the thread says of one event; undefined when the card or a gate's own message tells it. */
export function threadLine(event: IncidentEvent, at: LineContext): Mrkdwn | undefined {
  if (!isTold(event)) return undefined;
  switch (event.type) {
    case 'IncidentOpened':
      return opened(event, at);
    case 'FindingPosted':
      return md`Told, not acted on: ${foreign(event.why)}`;
    case 'FindingAttached':
      return md`Another finding on this instance: ${severityWord(event.finding.severity)}, ${code(event.finding.type)}. ${foreign(event.finding.title)}`;
    case 'FindingUpdated':
      return md`Seen again: ×${event.count}, last ${time(event.lastSeen)}.`;
    case 'NoteAdded':
      return md`Note by ${actorName(at)}: ${foreign(event.text, 600)}`;
    case 'EstateNoticed':
      return md`Around the instance: ${foreign(event.text, 600)}`;
    case 'OwnerSet':
      return md`Owner: ${who(at.names, event.owner)} (set by ${actorName(at)}).`;
    case 'ChangeAsked':
      return md`${actorName(at)} asked to ${event.change} ${code(event.subject)}${because(event.reason)}. A pull request follows; merging deploys it.`;
    case 'ChangeProposed':
      return md`Proposed to ${event.change} ${code(event.subject)}: ${link(event.url, 'pull request')}.`;
    case 'ExportAsked':
      return md`${actorName(at)} asked for the ${event.what} as a file.`;
    case 'RunRequested':
    case 'RunEnded':
    case 'Paused':
    case 'Resumed':
    case 'AbortRequested':
    case 'ReleaseRequested':
    case 'CloseRequested':
    case 'IncidentClosed':
      return runLine(event, at);
    case 'GateVoteCast':
    case 'GateDecided':
    case 'GateExpired':
    case 'GateVoided':
    case 'GateReminded':
      return gateLine(event, at);
    case 'StepCompleted':
    case 'StepFailed':
    case 'StepSkipped':
      return stepLine(event);
    case 'EstateRecorded':
    case 'ContainmentOrderChosen':
    case 'InstanceDetached':
    case 'InstanceProtected':
    case 'InstanceIsolated':
    case 'ProfileSwapped':
    case 'SubnetCut':
    case 'SessionsRevoked':
    case 'InstanceStopped':
    case 'EvidenceLost':
    case 'CleanedUp':
    case 'InstanceReleased':
      return containmentLine(event);
    case 'MemoryCaptured':
    case 'SnapshotsTaken':
    case 'SnapshotsCopied':
    case 'EvidenceSealed':
    case 'FinalSealed':
    case 'ReportRequested':
    case 'ReportPosted':
    case 'ReportLate':
    case 'RecordProposed':
      return evidenceLine(event);
    default:
      return unreachable(event);
  }
}

function opened(event: Extract<IncidentEvent, { type: 'IncidentOpened' }>, at: LineContext): Mrkdwn {
  const by = at.actor.kind === 'person' ? md` by ${actorName(at)}` : md``;
  const again = event.previous ? md` It came back after ${code(event.previous)}.` : md``;
  const drill = event.drill ? md` This is a drill.` : md``;
  return md`Incident opened${by}${because(event.reason)}.${again}${drill} Playbook ${foreign(event.playbook.name)}, pinned at ${code(event.playbook.digest.slice(0, 12))}.`;
}

type RunLineEvent = Extract<
  Told,
  {
    type:
      | 'RunRequested'
      | 'RunEnded'
      | 'Paused'
      | 'Resumed'
      | 'AbortRequested'
      | 'ReleaseRequested'
      | 'CloseRequested'
      | 'IncidentClosed';
  }
>;

const PURPOSE = { respond: 'Response', release: 'Release', close: 'Closing' } as const;

function runLine(event: RunLineEvent, at: LineContext): Mrkdwn | undefined {
  switch (event.type) {
    case 'RunRequested':
      return md`${PURPOSE[event.purpose]} started (run ${event.run}).`;
    case 'RunEnded':
      return event.result === 'completed'
        ? md`Run ${event.run} is over.`
        : md`Run ${event.run} ${event.result}${because(event.cause)}.`;
    case 'Paused':
      return md`*Paused* by ${actorName(at)}${because(event.reason)}. The running step finishes; the next gate holds.`;
    case 'Resumed':
      return md`*Resumed* by ${actorName(at)}${because(event.reason)}.`;
    case 'AbortRequested':
      return md`*Abort* asked by ${actorName(at)}${because(event.reason)}. Clean-up follows; evidence and isolation stay.`;
    case 'ReleaseRequested':
      return md`*Release* asked by ${actorName(at)}${because(event.reason)}.`;
    case 'CloseRequested':
      return md`*Close* as ${event.as.replace('-', ' ')} asked by ${actorName(at)}${because(event.reason)}.`;
    case 'IncidentClosed':
      return md`*Closed* as ${event.as.replace('-', ' ')}${because(event.reason)}.`;
  }
}

type GateLineEvent = Extract<
  Told,
  { type: 'GateVoteCast' | 'GateDecided' | 'GateExpired' | 'GateVoided' | 'GateReminded' }
>;

function by(names: PersonNames, persons: readonly PersonKey[]): Mrkdwn {
  return join(
    persons.map((person) => who(names, person)),
    ' and ',
  );
}

function gateLine(event: GateLineEvent, at: LineContext): Mrkdwn | undefined {
  const question = gateQuestion(event.gate);
  switch (event.type) {
    case 'GateVoteCast':
      return md`${question} ${decisionWord(event.decision)} by ${who(at.names, event.person)}${because(event.reason)}.`;
    case 'GateDecided':
      return md`${question} *${decisionWord(event.decision)}* by ${by(at.names, event.by)}${because(event.reason)}.`;
    case 'GateExpired':
      return md`${question} *Expired* with ${event.votes} of ${event.quorum} approvals: everything stays as it is.`;
    case 'GateVoided':
      return md`${question} Void: ${ending(event.why)}.`;
    case 'GateReminded': {
      const called = at.call?.(event.escalatedTo);
      return called ? md`Still waiting: ${question} ${called}` : md`Still waiting: ${question}`;
    }
  }
}

type StepLineEvent = Extract<Told, { type: 'StepCompleted' | 'StepFailed' | 'StepSkipped' }>;

function stepLine(event: StepLineEvent): Mrkdwn {
  switch (event.type) {
    case 'StepCompleted': {
      const missing = (event.missing ?? [])
        .slice(0, 5)
        .map((gap) => md` Missing: ${foreign(gap.what)} (${foreign(gap.reason)}).`);
      return md`*${event.step}*: ${foreign(event.said, 600)}${join(missing, '')}`;
    }
    case 'StepFailed':
      return md`*${event.step}* failed (${code(event.error)}): ${ending(event.cause, 400)}. What was done before stays as it is.`;
    case 'StepSkipped':
      return md`*${event.step}*: ${ending(event.reason)}.`;
  }
}

/** A lone vote that decides at once is told by its decision. */
function saidByDecision(event: IncidentEvent, beside: readonly IncidentEvent[]): boolean {
  if (event.type !== 'GateVoteCast') return false;
  return beside.some((other) => other.type === 'GateDecided' && other.gate === event.gate && other.by.length === 1);
}

/** The lines of some rows, in order; empty when none of them is for the thread. */
export function threadLines(rows: readonly Commit[], at: Omit<LineContext, 'actor'>): readonly Mrkdwn[] {
  return rows.flatMap((row) => {
    const told = row.events
      .filter((event) => !saidByDecision(event, row.events))
      .flatMap((event) => threadLine(event, { ...at, actor: row.actor }) ?? []);
    return [...breakGlass(row.actor, at), ...told];
  });
}

/** Break-glass works, and everybody hears of it. */
function breakGlass(actor: Actor, at: Omit<LineContext, 'actor'>): readonly Mrkdwn[] {
  if (actor.kind !== 'person' || actor.breakGlass !== true) return [];
  const called = at.shout?.() ?? md``;
  return [md`*Break-glass used* by ${who(at.names, actor.person)}: nobody else’s role allowed what follows. ${called}`];
}
