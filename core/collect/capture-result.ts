import * as z from 'zod';

/** Why a capture ended as it did; each is a named outcome, none is an error of ours. */
export const CAPTURE_OUTCOMES = [
  'captured',
  'lockdown',
  'no-tool',
  'no-space',
  'time-out',
  'upload-failed',
  'source-failed',
  'busy',
] as const;

/** What the host says about its capture. The hash and the size are claims until they are recomputed in quarantine. */
const captureResult = z.object({
  outcome: z.enum(CAPTURE_OUTCOMES),
  detail: z.string().max(2000).default(''),
  bytes: z.number().int().nonnegative().default(0),
  sha256: z.string().max(128).default(''),
  parts: z.number().int().nonnegative().default(0),
  tool: z.string().max(64).default('unknown'),
  toolVersion: z.string().max(64).default('unknown'),
  origin: z.enum(['captured', 'recorded', 'stand-in']).default('captured'),
});
export type CaptureResult = z.output<typeof captureResult>;

/** Reads a result object; undefined when the host wrote something else. */
export function parseCaptureResult(text: string): CaptureResult | undefined {
  try {
    const parsed = captureResult.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

const IN_WORDS: Record<CaptureResult['outcome'], string> = {
  captured: 'the memory image was captured',
  lockdown: 'the kernel is locked down and lets nobody read its memory',
  'no-tool': 'no capture tool could be fetched or its digest did not match',
  'no-space': 'the host has too little memory left to hold one part',
  'time-out': 'the capture did not finish in its time',
  'upload-failed': 'a part could not be uploaded',
  'source-failed': 'no memory source of the host could be read',
  busy: 'another capture is running on the host',
};

export function captureInWords(result: CaptureResult): string {
  return result.detail === '' ? IN_WORDS[result.outcome] : `${IN_WORDS[result.outcome]} (${result.detail})`;
}
