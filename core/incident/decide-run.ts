import { Refusal } from '../errors';
import type { Command } from './commands';
import { voided } from './decide-gates';
import { type DecisionContext, requireOpen, withReason } from './decision-context';
import type { IncidentEvent, RunPurpose } from './events';
import { activeRun, currentRun, type Incident, isTouched, pendingGates } from './incident';
import { closingOf } from './outcome';

type CommandOf<T extends Command['type']> = Extract<Command, { readonly type: T }>;

export function decideRequestRun(
  incident: Incident | undefined,
  command: CommandOf<'RequestRun'>,
  context: DecisionContext,
): readonly IncidentEvent[] {
  const open = requireOpen(incident, context);
  const active = activeRun(open);
  if (active !== undefined)
    throw new Refusal(
      'run.active',
      `Run ${active.run} (${active.purpose}) of ${open.id} is still going; nothing was changed.`,
      'Follow it in the thread, or use `/ir forensics abort` first.',
    );
  if (open.ending !== undefined && command.purpose === 'respond')
    throw new Refusal(
      'run.ending',
      `${open.id} is being ${open.ending.purpose === 'release' ? 'released' : 'closed'}; nothing was changed.`,
      'Follow it in the thread; `/ir isolate i-…` opens the next incident afterwards.',
    );
  return [requestOf(open, command.purpose)];
}

function requestOf(incident: Incident, purpose: RunPurpose): IncidentEvent {
  return { type: 'RunRequested', run: (currentRun(incident)?.run ?? 0) + 1, purpose };
}

export function decideStartRun(
  incident: Incident | undefined,
  command: CommandOf<'StartRun'>,
): readonly IncidentEvent[] {
  const run = incident?.runs.find((other) => other.run === command.run);
  if (run === undefined)
    throw new Refusal('run.unknown', `Nobody asked for run ${command.run}: it does not belong to this incident.`);
  return run.state === 'requested' ? [{ type: 'RunStarted', run: command.run, execution: command.execution }] : [];
}

/**
 * Ends a run: its open questions are void, a release or close that waited for it is requested, and an incident that was
 * stopped, released or asked to close is closed, all in one commit.
 */
export function decideEndRun(incident: Incident | undefined, command: CommandOf<'EndRun'>): readonly IncidentEvent[] {
  const run = incident?.runs.find((other) => other.run === command.run);
  if (incident === undefined || run === undefined)
    throw new Refusal('run.unknown', `Nobody asked for run ${command.run}: it does not belong to this incident.`);
  if (run.state === 'ended' || incident.status === 'closed') return [];
  const result = command.result === 'completed' && wasAborted(incident, run.run) ? 'aborted' : command.result;
  const events: IncidentEvent[] = pendingGates(incident).map((gate) => voided(gate, `run ${run.run} ended`));
  if (command.step !== undefined)
    events.push({ type: 'StepCompleted', step: command.step, said: command.said ?? 'Done.' });
  const cause = command.cause === undefined ? {} : { cause: command.cause };
  events.push({ type: 'RunEnded', run: run.run, result, ...cause });
  const waiting = run.purpose === 'respond' ? incident.ending : undefined;
  const closing = command.result === 'failed' ? undefined : closingOf(incident, run);
  if (closing !== undefined) events.push({ type: 'IncidentClosed', as: closing.as, ...withReason(closing.reason) });
  else if (waiting !== undefined) events.push(requestOf(incident, waiting.purpose));
  return events;
}

/** By `/ir forensics abort`, or by the answer to a failed step. */
function wasAborted(incident: Incident, run: number): boolean {
  return (
    incident.abort !== undefined ||
    Object.values(incident.gates).some((gate) => gate.run === run && gate.decision === 'abort')
  );
}

export function decidePause(
  incident: Incident | undefined,
  command: CommandOf<'Pause'>,
  context: DecisionContext,
): readonly IncidentEvent[] {
  const open = requireOpen(incident, context);
  if (open.paused !== undefined)
    throw new Refusal(
      'pause.already',
      `${open.id} is paused already since ${open.paused.since}; nothing was changed.`,
      'Use `/ir forensics resume` to go on.',
    );
  if (activeRun(open) === undefined)
    throw new Refusal(
      'pause.nothing',
      `Nothing is running in ${open.id}, so there is nothing to pause.`,
      'See `/ir forensics status`; `/ir forensics start` runs the response again.',
    );
  return [{ type: 'Paused', ...withReason(command.reason) }];
}

export function decideResume(
  incident: Incident | undefined,
  command: CommandOf<'Resume'>,
  context: DecisionContext,
): readonly IncidentEvent[] {
  const open = requireOpen(incident, context);
  if (open.paused === undefined)
    throw new Refusal(
      'resume.nothing',
      `${open.id} is not paused; nothing was changed.`,
      'See `/ir forensics status` for what it waits for.',
    );
  return [{ type: 'Resumed', ...withReason(command.reason) }];
}

/** Abort ends the run after clean-up. Isolation stays, the incident stays open, open questions are void. */
export function decideAbort(
  incident: Incident | undefined,
  command: CommandOf<'Abort'>,
  context: DecisionContext,
): readonly IncidentEvent[] {
  const open = requireOpen(incident, context);
  const active = activeRun(open);
  if (active === undefined)
    throw new Refusal(
      'abort.nothing',
      `Nothing is running in ${open.id}; nothing was changed.`,
      'Use `/ir release` to undo the containment, or `/ir close`.',
    );
  if (active.purpose !== 'respond')
    throw new Refusal(
      'abort.too-late',
      `A ${active.purpose} cannot be aborted half way; nothing was changed.`,
      'It ends by itself; the thread says how.',
    );
  if (open.abort !== undefined)
    throw new Refusal(
      'abort.already',
      `${open.id} is being aborted since ${open.abort.at}; nothing was changed.`,
      'Clean-up takes some minutes; the thread says when it is done.',
    );
  const why = 'the run is being aborted';
  return [{ type: 'AbortRequested', ...withReason(command.reason) }, ...pendingGates(open).map((g) => voided(g, why))];
}

/** Release undoes the containment. A run that is going ends first. */
export function decideRelease(
  incident: Incident | undefined,
  command: CommandOf<'Release'>,
  context: DecisionContext,
): readonly IncidentEvent[] {
  const open = requireOpen(incident, context);
  mustNotBeEnding(open);
  if (!isTouched(open) && activeRun(open) === undefined)
    throw new Refusal(
      'release.nothing',
      `Nothing was done to ${open.instance ?? 'the instance'}, so there is nothing to restore.`,
      'Use `/ir close --as resolved` or `--as false-positive`.',
    );
  return ending(open, { type: 'ReleaseRequested', ...withReason(command.reason) }, 'release');
}

/** Close ends the incident and leaves the instance as it is. A run that is going ends first. */
export function decideClose(
  incident: Incident | undefined,
  command: CommandOf<'Close'>,
  context: DecisionContext,
): readonly IncidentEvent[] {
  const open = requireOpen(incident, context);
  mustNotBeEnding(open);
  return ending(open, { type: 'CloseRequested', as: command.as, ...withReason(command.reason) }, 'close');
}

function mustNotBeEnding(incident: Incident): void {
  const { ending: asked } = incident;
  if (asked === undefined) return;
  throw new Refusal(
    'ending.already',
    `${incident.id} is being ${asked.purpose === 'release' ? 'released' : 'closed'} since ${asked.at}; nothing was changed.`,
    'Follow it in the thread.',
  );
}

function ending(incident: Incident, asked: IncidentEvent, purpose: 'release' | 'close'): readonly IncidentEvent[] {
  const why = `the incident is being ${purpose === 'release' ? 'released' : 'closed'}`;
  const events = [asked, ...pendingGates(incident).map((gate) => voided(gate, why))];
  return activeRun(incident) === undefined ? [...events, requestOf(incident, purpose)] : events;
}
