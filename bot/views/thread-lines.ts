import type { Actor, Commit, IncidentEvent } from '../../core/incident/events';
import type { StepName } from '../../core/incident/steps';
import { type Mrkdwn, md } from './mrkdwn';
import { who } from './people';
import { TELL_PEOPLE } from './tell-people';
import { TELL_EVIDENCE, TELL_STEPS } from './tell-work';
import type { LineContext, Teller, Tellers } from './tellers';

/** One teller for each type of event: the compiler proves that none is left out. */
const TELLERS: Tellers<IncidentEvent['type']> = { ...TELL_PEOPLE, ...TELL_STEPS, ...TELL_EVIDENCE };

/** The event and its teller belong together by type, which TypeScript cannot follow through an index. */
function tellerOf<T extends IncidentEvent['type']>(event: { readonly type: T }): Teller<T> {
  return TELLERS[event.type];
}

/** What the thread says of one event; undefined when the card or a gate's own message tells it. */
export function threadLine(event: IncidentEvent, at: LineContext): Mrkdwn | undefined {
  const teller = tellerOf(event) as (told: IncidentEvent, context: LineContext) => Mrkdwn | undefined;
  return teller(event, at);
}

/** Facts that tell all that their step's closing words would. */
const TELLS_ITS_STEP: { readonly [T in IncidentEvent['type']]?: StepName } = {
  InstanceIsolated: 'Isolate the instance',
  SubnetCut: 'Cut the subnet',
  SessionsRevoked: 'Revoke the sessions',
  EvidenceSealed: 'Seal',
  InstanceStopped: 'Stop',
  InstanceReleased: 'Release the instance',
};

/** What another event of the same row says already: the vote that decides, a step's closing words, the end of a run. */
function saidBeside(event: IncidentEvent, beside: readonly IncidentEvent[]): boolean {
  switch (event.type) {
    case 'GateVoteCast':
      return beside.some((other) => other.type === 'GateDecided' && other.gate === event.gate);
    case 'StepCompleted':
      return event.missing === undefined && beside.some((other) => TELLS_ITS_STEP[other.type] === event.step);
    case 'RunEnded':
      return event.result === 'completed' && beside.some((other) => other.type === 'IncidentClosed');
    default:
      return false;
  }
}

/** What the thread says of one row, in order. */
export function rowLines(row: Commit, at: Omit<LineContext, 'actor'>): readonly Mrkdwn[] {
  return row.events
    .filter((event) => !saidBeside(event, row.events))
    .flatMap((event) => threadLine(event, { ...at, actor: row.actor }) ?? []);
}

/** The lines of some rows, in order; empty when none of them is for the thread. */
export function threadLines(rows: readonly Commit[], at: Omit<LineContext, 'actor'>): readonly Mrkdwn[] {
  return rows.flatMap((row) => [...breakGlass(row.actor, at), ...rowLines(row, at)]);
}

/** Break-glass works, and everybody hears of it. */
function breakGlass(actor: Actor, at: Omit<LineContext, 'actor'>): readonly Mrkdwn[] {
  if (actor.kind !== 'person' || actor.breakGlass !== true) return [];
  const called = at.shout?.() ?? md``;
  return [md`*Break-glass used* by ${who(at.names, actor.person)}: nobody else’s role allowed what follows. ${called}`];
}
