/** Memory-optimised types in ascending memory (GiB), newest first where two are equal; all are Nitro and EBS-only. */
const LADDER: readonly { readonly gib: number; readonly types: readonly string[] }[] = [
  { gib: 16, types: ['m7i.xlarge', 'm6i.xlarge', 'm5.xlarge'] },
  { gib: 32, types: ['m7i.2xlarge', 'm6i.2xlarge', 'm5.2xlarge'] },
  { gib: 64, types: ['r7i.2xlarge', 'r6i.2xlarge', 'r5.2xlarge'] },
  { gib: 128, types: ['r7i.4xlarge', 'r6i.4xlarge', 'r5.4xlarge'] },
  { gib: 256, types: ['r7i.8xlarge', 'r6i.8xlarge', 'r5.8xlarge'] },
  { gib: 512, types: ['r7i.16xlarge', 'r6i.16xlarge', 'r5.16xlarge'] },
];

/** Attachments an instance takes beside its root volume; Nitro instances take 27 of any kind. */
export const MOST_EVIDENCE_VOLUMES = 24;

/**
 * Types to try in order. Volatility maps the image, so memory is half the image at least; Sleuth Kit wants a GiB per
 * TiB of disk beside 8 for the system; 16 GiB is the floor. Larger rungs follow as fallback when EC2 has no capacity.
 */
export function forensicTypes(imageBytes: number, diskGib: number): readonly string[] {
  const wanted = Math.max(16, imageBytes / 2 / 1024 ** 3, 8 + diskGib / 1024);
  const enough = LADDER.filter((rung) => rung.gib >= wanted);
  const rungs = enough.length > 0 ? enough.slice(0, 2) : LADDER.slice(-1);
  return rungs.flatMap((rung) => rung.types);
}

/** Device names for evidence volumes, `/dev/sdf` on (EC2's recommended range is f to p; NVMe renames them anyway). */
export function deviceFor(index: number): string {
  const letters = 'fghijklmnopqrstuvwxyz';
  const letter = letters[index % letters.length] ?? 'f';
  return index < letters.length ? `/dev/sd${letter}` : `/dev/xvdb${letter}`;
}
