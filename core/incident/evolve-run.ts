import type { EventMeta, EventOf } from './event-of';
import { currentRun, type Incident, type RunView, type StepView } from './incident';
import { STEPS, type StepName } from './steps';

export type RunEvent = EventOf<
  'RunRequested' | 'RunStarted' | 'RunEnded' | 'StepStarted' | 'StepCompleted' | 'StepFailed' | 'StepSkipped'
>;

/** Folds the runs of the workflow and their steps. */
export function evolveRun(incident: Incident, event: RunEvent, meta: EventMeta): Incident {
  switch (event.type) {
    case 'RunRequested':
      return requested(incident, event, meta);
    case 'RunStarted':
      return changeRun(incident, event.run, (run) => ({ ...run, state: 'running', execution: event.execution }));
    case 'RunEnded':
      return ended(incident, event, meta);
    case 'StepStarted':
      return withStep(incident, { name: event.step, state: 'running', attempt: event.attempt, startedAt: meta.at });
    case 'StepCompleted': {
      const done = changeStep(incident, event.step, (step) => ({
        ...withoutError(step),
        state: 'done',
        endedAt: meta.at,
        said: event.said,
      }));
      return event.missing === undefined ? done : { ...done, missing: [...done.missing, ...event.missing] };
    }
    case 'StepFailed':
      return changeStep(incident, event.step, (step) => ({
        ...step,
        state: 'failed',
        attempt: event.attempt,
        endedAt: meta.at,
        error: event.error,
        cause: event.cause,
      }));
    case 'StepSkipped':
      return skipped(incident, event, meta);
  }
}

/** A new run starts clean: steps, abort and what the last run asked for do not bind it. */
function requested(incident: Incident, event: EventOf<'RunRequested'>, meta: EventMeta): Incident {
  const { abort: _old, ...rest } = incident;
  const run: RunView = {
    run: event.run,
    purpose: event.purpose,
    state: 'requested',
    requestedAt: meta.at,
    ...(meta.person === undefined ? {} : { requestedBy: meta.person }),
  };
  return { ...rest, runs: [...incident.runs, run] };
}

/** The end of a release or close run ends that request too, so that a failed one can be asked for again. */
function ended(incident: Incident, event: EventOf<'RunEnded'>, meta: EventMeta): Incident {
  const next = changeRun(incident, event.run, (run) => ({
    ...run,
    state: 'ended',
    result: event.result,
    endedAt: meta.at,
    ...(event.cause === undefined ? {} : { cause: event.cause }),
  }));
  if (currentRun(next)?.purpose === 'respond') return next;
  const { ending: _done, ...rest } = next;
  return rest;
}

/** Evidence gone without is named as missing; a skipped plumbing step is not evidence. */
function skipped(incident: Incident, event: EventOf<'StepSkipped'>, meta: EventMeta): Incident {
  const next = changeStep(incident, event.step, (step) => ({
    ...step,
    state: 'skipped',
    endedAt: meta.at,
    said: event.reason,
  }));
  const phase = STEPS[event.step];
  const evidence = phase === 'Collect' || phase === 'Analyse' || event.step === 'Record the estate';
  return evidence ? { ...next, missing: [...next.missing, { what: event.step, reason: event.reason }] } : next;
}

function withoutError(step: StepView): StepView {
  const { error: _error, cause: _cause, ...rest } = step;
  return rest;
}

function withStep(incident: Incident, step: StepView): Incident {
  return { ...incident, steps: { ...incident.steps, [step.name]: step } };
}

function changeStep(incident: Incident, name: StepName, to: (step: StepView) => StepView): Incident {
  return withStep(incident, to(incident.steps[name] ?? { name, state: 'running', attempt: 0 }));
}

function changeRun(incident: Incident, number: number, to: (run: RunView) => RunView): Incident {
  return { ...incident, runs: incident.runs.map((run) => (run.run === number ? to(run) : run)) };
}
