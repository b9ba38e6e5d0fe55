import type { IncidentEvent } from '../../core/incident/events';
import { reportSettled } from '../../handlers/report-settled';
import { controlPlane } from '../support/control-plane-desk';

const asked: IncidentEvent = { type: 'ReportRequested', request: 'r1', deadline: '2020-01-01T01:00:00Z' };

async function said(...events: readonly IncidentEvent[]) {
  const { story } = controlPlane();
  await story.opened();
  await story.does({ type: 'Record', events: [{ type: 'StepStarted', step: 'Report', attempt: 1 }, ...events] });
  return reportSettled(await story.incident()).map((one) => one.said);
}

describe('the step that asks for a report', () => {
  it('is ended by GitHub’s answer or its being late, and otherwise by the first step after it', async () => {
    await expect(said(asked, { type: 'ReportLate', request: 'r1', why: 'nothing came' })).resolves.toEqual([]);
    await expect(said(asked)).resolves.toEqual([expect.stringMatching(/went on before GitHub answered/)]);
    await expect(said()).resolves.toEqual(['There was nothing sealed to report on.']);
  });
});
