import type { StepName } from '../core/incident/steps';
import { record, type StepContext, type StepPorts } from './step';

/**
 * Puts on record that an earlier step failed, found by the step that judges it: a person's retry then starts that step
 * as a new attempt, with a new intent.
 */
export async function failJudged(
  ports: StepPorts,
  context: StepContext,
  judged: StepName,
  cause: string,
): Promise<void> {
  const view = context.incident.steps[judged];
  if (view === undefined || view.state === 'failed') return;
  const attempt = view.attempt;
  await record(ports, context, `failed-${attempt}`, [
    { type: 'StepFailed', step: judged, error: 'NeedsHuman', cause, attempt },
  ]);
}

/**
 * Why people went on without an earlier step, in their words; undefined when they did not. Its lack is on record with that
 * reason: the step that judges it neither guesses another nor asks again.
 */
export function goneOnWithout({ incident }: StepContext, judged: StepName): string | undefined {
  const view = incident.steps[judged];
  return view?.state === 'skipped' ? `${judged} was gone on without: ${view.said ?? 'no reason given'}` : undefined;
}
