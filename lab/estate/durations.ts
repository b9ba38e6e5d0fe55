/** How long AWS takes, in milliseconds: plausible middle values, not limits. The page passes shorter ones. */
export interface Durations {
  readonly instanceStart: number;
  readonly instanceStop: number;
  readonly instanceTerminate: number;
  /** From running to user data finished. */
  readonly instanceBoot: number;
  readonly volumeCreate: number;
  readonly volumeAttach: number;
  readonly volumeDetach: number;
  readonly snapshotBase: number;
  readonly snapshotPerGib: number;
  readonly copyBase: number;
  readonly copyPerGib: number;
  readonly profileAssociate: number;
  readonly scalingDecide: number;
  readonly scalingInService: number;
  readonly targetHealthy: number;
  /** Deregistration delay of a target group; AWS's default is 300 s. */
  readonly targetDrain: number;
  /** Two failed health checks at 30 s, then the group's decision. */
  readonly targetUnhealthy: number;
  readonly commandDeliver: number;
  readonly memoryCapture: number;
  readonly volatileCapture: number;
  readonly diskAnalysis: number;
  readonly memoryAnalysis: number;
  readonly endpointCreate: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const REAL_DURATIONS: Durations = {
  instanceStart: 18 * SECOND,
  instanceStop: 35 * SECOND,
  instanceTerminate: 30 * SECOND,
  instanceBoot: 50 * SECOND,
  volumeCreate: 6 * SECOND,
  volumeAttach: 5 * SECOND,
  volumeDetach: 5 * SECOND,
  snapshotBase: 90 * SECOND,
  // First snapshot of a volume: about 100 MiB/s to S3, so 1 GiB takes 10 s.
  snapshotPerGib: 10 * SECOND,
  copyBase: 60 * SECOND,
  copyPerGib: 8 * SECOND,
  profileAssociate: 2 * SECOND,
  scalingDecide: 10 * SECOND,
  scalingInService: 60 * SECOND,
  targetHealthy: 30 * SECOND,
  targetDrain: 5 * MINUTE,
  targetUnhealthy: 90 * SECOND,
  commandDeliver: 2 * SECOND,
  memoryCapture: 3 * MINUTE,
  volatileCapture: 20 * SECOND,
  diskAnalysis: 12 * MINUTE,
  memoryAnalysis: 15 * MINUTE,
  endpointCreate: 60 * SECOND,
};

/** The same world, `factor` times faster: what the page shows. */
export function faster(durations: Durations, factor: number): Durations {
  const scale = (ms: number): number => Math.max(200, Math.round(ms / factor));
  return {
    instanceStart: scale(durations.instanceStart),
    instanceStop: scale(durations.instanceStop),
    instanceTerminate: scale(durations.instanceTerminate),
    instanceBoot: scale(durations.instanceBoot),
    volumeCreate: scale(durations.volumeCreate),
    volumeAttach: scale(durations.volumeAttach),
    volumeDetach: scale(durations.volumeDetach),
    snapshotBase: scale(durations.snapshotBase),
    snapshotPerGib: scale(durations.snapshotPerGib),
    copyBase: scale(durations.copyBase),
    copyPerGib: scale(durations.copyPerGib),
    profileAssociate: scale(durations.profileAssociate),
    scalingDecide: scale(durations.scalingDecide),
    scalingInService: scale(durations.scalingInService),
    targetHealthy: scale(durations.targetHealthy),
    targetDrain: scale(durations.targetDrain),
    targetUnhealthy: scale(durations.targetUnhealthy),
    commandDeliver: scale(durations.commandDeliver),
    memoryCapture: scale(durations.memoryCapture),
    volatileCapture: scale(durations.volatileCapture),
    diskAnalysis: scale(durations.diskAnalysis),
    memoryAnalysis: scale(durations.memoryAnalysis),
    endpointCreate: scale(durations.endpointCreate),
  };
}
