import { NOTHING_TO_WAIT_FOR, type ParkingPorts, runParkedStep } from './parked-step';
import { record } from './step';
import type { ParkingStepInput } from './task-input';

/** GitHub normally posts within three minutes; after half an hour the thread says that it is late. */
const REPORT_MINUTES = 30;

/**
 * Asks for the summary by a ledger event (publish dispatches it to GitHub) and parks until GitHub reports back. The
 * evidence is sealed by now, so a report that never comes costs the thread a message and nothing else.
 */
export function makeRequestReport(ports: ParkingPorts) {
  return (input: ParkingStepInput) =>
    runParkedStep(ports, input, { kind: 'report', minutes: REPORT_MINUTES }, async (context) => {
      if (context.incident.seals.length === 0) return NOTHING_TO_WAIT_FOR;
      const request = `${context.incident.id}-${input.run}-${context.attempt}`;
      const deadline = new Date(ports.clock.now().getTime() + REPORT_MINUTES * 60_000).toISOString();
      await record(ports, context, 'requested', [{ type: 'ReportRequested', request, deadline }]);
      const posted = context.incident.report?.request === request && context.incident.report.state !== 'requested';
      return { external: [request], finished: posted ? [request] : [] };
    });
}
