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

/** The hour a presigned URL lives here: no longer than the shortest session of the role that signed it. */
const SESSION_SECONDS = 3600;
/**
 * One connection to S3 carries 85 to 90 MB/s (Amazon S3 User Guide, "Performance design patterns"), and parts go one
 * after the other: 90,000,000 × 3,600 / 1,048,576 = 308,990 MiB, about 301 GiB, is the most that any host can send in an hour.
 */
const MOST_MIB = Math.floor((90_000_000 * SESSION_SECONDS) / MIB);

/** Seconds a capture may take: 15 minutes at least, else RAM at 40 MiB/s, at most the session. */
export function captureSeconds(memoryMiB: number): number {
  return Math.min(SESSION_SECONDS, Math.max(900, Math.ceil(memoryMiB / 40)));
}

/**
 * Why a host's memory is not captured at all, or undefined: what can never arrive before its URLs expire would cost the
 * host an hour of load, and containment its time, for parts that nobody can use.
 */
export function tooLargeForSession(memoryMiB: number): string | undefined {
  if (memoryMiB <= MOST_MIB) return undefined;
  const gib = (mib: number) => Math.floor(mib / 1024);
  return `its ${gib(memoryMiB)} GiB of memory are too large for the session: at most ${gib(MOST_MIB)} GiB reach S3 in the hour that part URLs live`;
}
