import fc from 'fast-check';
import { captureInWords, parseCaptureResult } from '../../../core/collect/capture-result';
import { captureSeconds, planParts, tooLargeForSession } from '../../../core/collect/parts';

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

  it('have at least a quarter of an hour and at most an hour', () => {
    expect([1024, 65_536, 1_000_000].map(captureSeconds)).toEqual([900, 1639, 3600]);
  });

  it('are not asked for where no host could send them while their URLs live', () => {
    expect(tooLargeForSession(256 * 1024)).toBeUndefined();
    expect(tooLargeForSession(301 * 1024)).toBeUndefined();
    expect(tooLargeForSession(384 * 1024)).toBe(
      'its 384 GiB of memory are too large for the session: at most 301 GiB reach S3 in the hour that part URLs live',
    );
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
