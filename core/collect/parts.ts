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

/** Seconds a capture may take: 15 minutes at least, else RAM at 40 MiB/s, at most the hour a presigned URL lives here. */
export function captureSeconds(memoryMiB: number): number {
  return Math.min(3600, Math.max(900, Math.ceil(memoryMiB / 40)));
}
