import type { Commit } from '../../core/incident/events';
import type { Durations } from '../../lab/estate/durations';

export interface StepTime {
  readonly step: string;
  /** Seconds after the first row of the ledger. */
  readonly from: number;
  readonly to: number;
}

/** When each step began and ended, in the order they began. */
export function stepTimes(rows: readonly Commit[]): readonly StepTime[] {
  const zero = Date.parse(rows[0]?.at ?? '');
  const begun = new Map<string, number>();
  const times: StepTime[] = [];
  for (const row of rows) {
    const at = (Date.parse(row.at) - zero) / 1000;
    for (const event of row.events) {
      if (event.type === 'StepStarted') begun.set(event.step, at);
      if (event.type === 'StepCompleted') times.push({ step: event.step, from: begun.get(event.step) ?? at, to: at });
      if (event.type === 'ReportPosted') times.push({ step: 'Report', from: begun.get('Report') ?? at, to: at });
    }
  }
  return times.sort((one, other) => one.from - other.from);
}

const POLL_SECONDS = 60;

/**
 * The predecessor's order on the same machine: deliver the dump command, look every 60 s whether it ended, isolate only
 * then. `others` is what it does besides (describe, one group swap), taken as our own time without memory.
 */
export function predecessorSeconds(durations: Durations, others: number): number {
  const dump = (durations.commandDeliver + durations.memoryCapture) / 1000;
  return Math.ceil(dump / POLL_SECONDS) * POLL_SECONDS + others;
}

/** Markdown of both orders; whole seconds, as the second decimal depends on the seed. */
export function stepTimesTable(times: readonly StepTime[], contained: number, predecessor: number): string {
  const rows = times.map(
    ({ step, from, to }) => `| ${step} | ${Math.round(from)} | ${Math.max(1, Math.round(to - from))} |`,
  );
  return [
    '| Step | Begins after (s) | Takes (s) |',
    '| --- | ---: | ---: |',
    ...rows,
    '',
    '| Order | Start to proven isolation (s) |',
    '| --- | ---: |',
    `| Cordon: contain first, memory beside the rest | ${Math.ceil(contained)} |`,
    `| Predecessor: memory dump, polled each 60 s, then isolation | ${Math.ceil(predecessor)} |`,
  ].join('\n');
}
