import type { Clock } from '../time/clock';
import type { HostNetwork } from './host-network';
import type { RecordedEvidence } from './recorded-evidence';
import type { CommandResult, CommandWork } from './types';

export interface ExecutorParts {
  readonly clock: Clock;
  readonly network: HostNetwork;
  readonly evidence: RecordedEvidence;
  /** Size of the stand-in memory image; 12 MiB when not said. */
  readonly memoryBytes?: number;
  /** How the next captures end instead of `captured`: a named outcome of the capture script. */
  readonly captureOutcome?: (instance: string) => 'lockdown' | 'no-space' | 'source-failed' | undefined;
}

/** The end of a command whose host fell silent: the agent reports nothing, SSM times it out. */
export const SILENT: CommandResult = { status: 'TimedOut', exitCode: -1, output: '', errorOutput: '' };

/** The only value of a parameter; empty when it was not given. */
export function parameter(work: CommandWork, name: string): string {
  return work.command.parameters[name]?.[0] ?? '';
}
