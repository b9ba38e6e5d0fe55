import type { StepName } from '../core/incident/steps';
import { record, type StepContext, type StepPorts } from './step';

/**
 * Puts on record that a parked step failed, found by the step that judges it: a person's retry then starts the parked
 * step as a new attempt, with a new intent.
 */
export async function failParked(
  ports: StepPorts,
  context: StepContext,
  parked: StepName,
  cause: string,
): Promise<void> {
  const view = context.incident.steps[parked];
  if (view?.state !== 'running') return;
  const attempt = view.attempt;
  await record(ports, context, `failed-${attempt}`, [
    { type: 'StepFailed', step: parked, error: 'NeedsHuman', cause, attempt },
  ]);
}
