import { currentRun, type Incident, type StepView } from '../../core/incident/incident';
import { PHASES, type Phase, STEPS, type StepName } from '../../core/incident/steps';
import { join, type Mrkdwn, md } from './mrkdwn';
import { duration } from './words';

const STEP_NAMES = Object.keys(STEPS).filter((name): name is StepName => Object.hasOwn(STEPS, name));

/** What a phase usually takes, in minutes: memory of 8 GiB at ~100 MiB/s, a 20 GiB snapshot and its copy, one analysis. */
const EXPECTED_MINUTES: Readonly<Record<Phase, number>> = {
  'Record the estate': 1,
  Contain: 3,
  Collect: 20,
  Analyse: 25,
  Seal: 1,
  Report: 5,
  Stop: 2,
  'Clean up': 3,
  Close: 1,
};

interface PhaseState {
  readonly phase: Phase;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'skipped';
  readonly current: readonly StepView[];
  readonly startedAt?: string;
  readonly endedAt?: string;
}

function stepsOf(incident: Incident, phase: Phase): readonly StepView[] {
  return STEP_NAMES.filter((name) => STEPS[name] === phase).flatMap((name) => incident.steps[name] ?? []);
}

function earliest(times: readonly (string | undefined)[]): string | undefined {
  return times.filter((time) => time !== undefined).sort()[0];
}

/** Where a phase stands, from the steps that have been heard of. */
export function phaseState(incident: Incident, phase: Phase): PhaseState {
  const steps = stepsOf(incident, phase);
  const current = steps.filter((step) => step.state === 'running' || step.state === 'failed');
  const startedAt = earliest(steps.map((step) => step.startedAt ?? step.endedAt));
  const endedAt = steps
    .map((step) => step.endedAt)
    .sort()
    .at(-1);
  const times = { ...(startedAt ? { startedAt } : {}), ...(endedAt ? { endedAt } : {}) };
  if (steps.length === 0) return { phase, state: 'waiting', current };
  if (current.some((step) => step.state === 'failed')) return { phase, state: 'failed', current, ...times };
  if (current.length > 0) return { phase, state: 'running', current, ...times };
  if (steps.every((step) => step.state === 'skipped')) return { phase, state: 'skipped', current, ...times };
  return { phase, state: 'done', current, ...times };
}

const MARKS: Readonly<Record<PhaseState['state'], string>> = {
  waiting: '○',
  running: '◐',
  done: '●',
  failed: '✕',
  skipped: '–',
};

function phaseLine(view: PhaseState, now: string, over: boolean): Mrkdwn {
  const mark = MARKS[view.state];
  const since = view.startedAt ? Date.parse(now) - Date.parse(view.startedAt) : 0;
  const took = view.startedAt && view.endedAt ? Date.parse(view.endedAt) - Date.parse(view.startedAt) : 0;
  const names = view.current.map((step) => step.name).filter((name) => name !== view.phase);
  const doing = names.length > 0 ? ` – ${names.join(', ')}` : '';
  switch (view.state) {
    case 'waiting':
      if (over) return md`${mark} ${view.phase}: not reached`;
      return md`${mark} ${view.phase} (about ${EXPECTED_MINUTES[view.phase]} min)`;
    case 'running':
      if (over) return md`${MARKS.skipped} ${view.phase}${doing}: broken off`;
      return md`${mark} *${view.phase}*${doing}: ${duration(since)} of about ${EXPECTED_MINUTES[view.phase]} min`;
    case 'failed':
      return md`${mark} *${view.phase}*${doing}: failed${over ? '' : ', waiting for a person'}`;
    case 'skipped':
      return md`${mark} ${view.phase}: gone on without it`;
    case 'done':
      return md`${mark} ${view.phase}: done in ${duration(took)}`;
  }
}

/** One line per phase of the run, with what it took or is expected to take. Undefined before any run. */
export function progressList(incident: Incident, now: string): Mrkdwn | undefined {
  const run = currentRun(incident);
  if (run === undefined) return undefined;
  const over = run.state === 'ended' || incident.status === 'closed';
  return join(PHASES.map((phase) => phaseLine(phaseState(incident, phase), now, over)));
}
