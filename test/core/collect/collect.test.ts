import fc from 'fast-check';
import { captureInWords, parseCaptureResult } from '../../../core/collect/capture-result';
import { captureForecast, captureSeconds, planParts, streamsOf, tooLargeForSession } from '../../../core/collect/parts';

const MIB = 1024 * 1024;

describe('the parts of a memory image', () => {
  it('hold any image within the limits of S3, and fit into the host', () => {
    fc.assert(
      fc.property(fc.integer({ min: 512, max: 24 * 1024 * 1024 }), (memoryMiB) => {
        const { partBytes, parts } = planParts(memoryMiB);
        expect(partBytes % MIB).toBe(0);
        expect(partBytes).toBeGreaterThanOrEqual(5 * MIB);
        expect(partBytes).toBeLessThanOrEqual(5 * 1024 * MIB);
        expect(parts).toBeLessThanOrEqual(10_000);
        expect(parts * partBytes).toBeGreaterThanOrEqual(memoryMiB * MIB * 1.05);
        expect(partBytes / MIB).toBeLessThanOrEqual(Math.max(8, memoryMiB / 32));
      }),
    );
  });

  it.each([
    [1024, 32],
    [16_384, 64],
    [24 * 1024 * 1024, 2643],
  ])('of %i MiB of RAM are %i MiB each', (memoryMiB, partMiB) => {
    expect(planParts(memoryMiB).partBytes / MIB).toBe(partMiB);
  });

  const linux = (gib: number) => ({ memoryMiB: gib * 1024, platform: 'linux' as const });
  const windows = (gib: number) => ({ ...linux(gib), platform: 'windows' as const });

  it('have at least a quarter of an hour, and with delivery and slack at most the hour of the role that signs', () => {
    expect([1, 64, 400, 1000].map((gib) => captureSeconds(linux(gib)))).toEqual([900, 900, 2560, 3240]);
    expect(captureSeconds(windows(64))).toBe(1639);
  });

  it('go four at once from a Linux host with the memory to hold them', () => {
    expect([linux(16), linux(32), windows(512)].map(streamsOf)).toEqual([1, 4, 1]);
  });

  it('are announced as a risk, with the speed that is needed, where the usual speed would not do', () => {
    expect(captureForecast(linux(500))).toBeUndefined();
    expect(captureForecast(linux(768))).toBe(
      'Its 768 GiB of memory arrive in the 54 minutes that part URLs live only at 255 MB/s and more; slower, the capture ends as a time-out without an image.',
    );
    expect(captureForecast(windows(256))).toContain('85 MB/s');
    expect(captureForecast(linux(4096))).toMatch(/^No memory image: its 4096 GiB .* too large/);
  });

  it('are not asked for where no host could send them while their URLs live', () => {
    expect(tooLargeForSession(windows(256))).toBeUndefined();
    expect(tooLargeForSession(windows(384))).toBe(
      'its 384 GiB of memory are too large for the session: at most 271 GiB reach S3 in the 54 minutes that part URLs live',
    );
    expect(tooLargeForSession(linux(1024))).toBeUndefined();
    expect(tooLargeForSession(linux(1536))).toContain('at most 1086 GiB');
  });
});

describe('what a host says of its capture', () => {
  it('is read with what it left out', () => {
    expect(parseCaptureResult('{"outcome":"captured","bytes":5}')).toMatchObject({
      bytes: 5,
      tool: 'unknown',
      origin: 'captured',
    });
  });

  it('is nothing when it is no such thing, whatever the host wrote', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const result = parseCaptureResult(text);
        expect(result === undefined || typeof captureInWords(result) === 'string').toBe(true);
      }),
    );
    expect(parseCaptureResult('{"outcome":"all good"}')).toBeUndefined();
  });
});
