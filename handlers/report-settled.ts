import type { Incident } from '../core/incident/incident';
import type { StepReport } from './step';

/** The report step is done when GitHub answered or its time was up; the first step after it says so. */
export function reportSettled(incident: Incident): NonNullable<StepReport['settles']> {
  if (incident.steps.Report?.state !== 'running') return [];
  const { report } = incident;
  if (report?.state === 'posted') return [{ step: 'Report', said: 'GitHub posted the summary.' }];
  if (report === undefined) return [{ step: 'Report', said: 'There was nothing sealed to report on.' }];
  return [{ step: 'Report', said: `GitHub is late: ${report.why ?? 'its time was up'}.` }];
}
