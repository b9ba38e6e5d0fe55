import type { Incident } from '../core/incident/incident';
import type { StepReport } from './step';

/**
 * GitHub's answer ends the step that asked for the report, and so does its being late. Where neither came, because there
 * was nothing to ask or the run was ended meanwhile, the first step after it says so.
 */
export function reportSettled({ steps, report }: Incident): NonNullable<StepReport['settles']> {
  if (steps.Report?.state !== 'running') return [];
  const said =
    report === undefined
      ? 'There was nothing sealed to report on.'
      : 'The run went on before GitHub answered; the summary comes when it does.';
  return [{ step: 'Report', said }];
}
