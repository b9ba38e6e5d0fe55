const MIB = 1024 * 1024;
/** S3: parts are 5 MiB to 5 GiB, at most 10,000 of them (forensics F27). */
const MOST_PARTS = 10_000;
const SMALLEST_PART = 8 * MIB;
const LARGEST_PART = 5 * 1024 * MIB;
const USUAL_PART = 64 * MIB;

export interface PartPlan {
  readonly partBytes: number;
  readonly parts: number;
}

/**
 * How a memory image is cut. A part is held in the host's own memory until S3 has it, so it is at most 1/32 of RAM
 * (512 MiB of RAM: 16 MiB), 64 MiB where there is enough, and larger only where 10,000 parts would not do
 * (24 TiB × 1.05 / 10,000 = 2,643 MiB). The image holds RAM, reserved ranges and a header for each: RAM × 1.05 + 64 MiB.
 */
export function planParts(memoryMiB: number): PartPlan {
  const image = Math.ceil(memoryMiB * 1.05 + 64) * MIB;
  const gentle = Math.min(USUAL_PART, Math.max(SMALLEST_PART, Math.floor(memoryMiB / 32) * MIB));
  const least = Math.ceil(image / MOST_PARTS / MIB) * MIB;
  const partBytes = Math.min(LARGEST_PART, Math.max(gentle, least));
  return { partBytes, parts: Math.ceil(image / partBytes) };
}

/**
 * The hour a presigned URL lives here: it dies with the session of the role that signed it, and a role that was assumed by
 * a role gives sessions of an hour at most (IAM User Guide, "Role chaining").
 */
export const SIGNED_SECONDS = 3600;
/** SSM may take 2 minutes to deliver, and a part in flight when the time is up may still arrive. */
export const SLACK_SECONDS = 300;
/** 10,000 URLs are signed in seconds; the session they are signed with must outlive the last of them. */
export const SIGNING_SECONDS = 60;
const CAPTURE_SECONDS = SIGNED_SECONDS - SLACK_SECONDS - SIGNING_SECONDS;
/** One connection to S3 carries 85 to 90 MB/s (Amazon S3 User Guide, "Performance design patterns"). */
const BEST_BYTES = 90_000_000;
/** What a busy host and a shared network leave of it: on this the time limit is planned. */
const USUAL_BYTES = 40 * MIB;
/** From here on a host has memory for four parts at once (256 MiB) and a network for four connections. */
const SEVERAL_FROM_MIB = 32 * 1024;

/** The host whose memory is to be captured. */
export interface CaptureHost {
  readonly memoryMiB: number;
  readonly platform: 'linux' | 'windows';
}

/** Parts on their way at once. The Windows document sends one after the other. */
export function streamsOf({ memoryMiB, platform }: CaptureHost): number {
  return platform === 'linux' && memoryMiB >= SEVERAL_FROM_MIB ? 4 : 1;
}

/** Seconds a capture may take: 15 minutes at least, else RAM at the usual speed, at most what the URLs live. */
export function captureSeconds(host: CaptureHost): number {
  return Math.min(CAPTURE_SECONDS, Math.max(900, secondsAt(host, USUAL_BYTES)));
}

function secondsAt(host: CaptureHost, bytesPerSecond: number): number {
  return Math.ceil((host.memoryMiB * MIB) / (bytesPerSecond * streamsOf(host)));
}

const gib = (mib: number) => Math.floor(mib / 1024);

/**
 * Why a host's memory is not captured at all, or undefined: what can never arrive before its URLs expire would cost the
 * host an hour of load, and containment its time, for parts that nobody can use.
 */
export function tooLargeForSession(host: CaptureHost): string | undefined {
  if (secondsAt(host, BEST_BYTES) <= CAPTURE_SECONDS) return undefined;
  const most = (BEST_BYTES * streamsOf(host) * CAPTURE_SECONDS) / MIB;
  return `its ${gib(host.memoryMiB)} GiB of memory are too large for the session: at most ${gib(most)} GiB reach S3 in the ${CAPTURE_SECONDS / 60} minutes that part URLs live`;
}

/** What is said before a capture that may not end in its time, or undefined where the usual speed is enough. */
export function captureForecast(host: CaptureHost): string | undefined {
  const tooLarge = tooLargeForSession(host);
  if (tooLarge !== undefined) return `No memory image: ${tooLarge}.`;
  if (secondsAt(host, USUAL_BYTES) <= CAPTURE_SECONDS) return undefined;
  const needed = Math.ceil((host.memoryMiB * MIB) / CAPTURE_SECONDS / 1_000_000);
  return `Its ${gib(host.memoryMiB)} GiB of memory arrive in the ${CAPTURE_SECONDS / 60} minutes that part URLs live only at ${needed} MB/s and more; slower, the capture ends as a time-out without an image.`;
}
