import fc from 'fast-check';
import { RadixSorter } from '../../../../core/analysis/timeline/radix-sort';
import type { TimelineRow } from '../../../../core/analysis/timeline/timeline-rows';
import { timesketchLine } from '../../../../core/analysis/timeline/timesketch-rows';
import { isoSeconds } from '../../../../core/analysis/timeline/utc-date';

const row = (over: Partial<TimelineRow> = {}): TimelineRow => ({
  time: 1_778_897_505,
  date: '2026-05-16T02:11:45Z',
  macb: '..cb',
  size: 16264,
  mode: 'r/rrwxr-xr-x',
  uid: 0,
  gid: 0,
  meta: '5565',
  name: '/var/tmp/.x/xmrig',
  line: 12,
  ...over,
});

describe('a Timesketch event', () => {
  test('has what Timesketch requires: message, ISO datetime, microseconds and a description', () => {
    expect(JSON.parse(timesketchLine(row()))).toMatchObject({
      message: '/var/tmp/.x/xmrig (r/rrwxr-xr-x, 16264 bytes, uid 0, gid 0, inode 5565)',
      datetime: '2026-05-16T02:11:45.000000+00:00',
      timestamp: 1_778_897_505_000_000,
      timestamp_desc: 'Metadata Modification Time; Creation Time',
      bodyfile_line: 12,
    });
  });

  test('says so when no time was recorded', () => {
    expect(JSON.parse(timesketchLine(row({ time: 0 })))).toMatchObject({ timestamp: 0, timestamp_desc: 'Not a time' });
  });

  test('writes the microseconds of a 64-bit time to the last digit', () => {
    expect(timesketchLine(row({ time: 9_007_199_254_740_991 }))).toContain('"timestamp":9007199254740991000000,');
  });

  test('is one line of JSON whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer(), (name, time) => {
        const line = timesketchLine(row({ name, time }));
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(JSON.parse(line).filename).toBe(Buffer.from(name).toString());
      }),
    );
  });
});

test('dates equal those of JavaScript as far as JavaScript goes', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }), (seconds) => {
      expect(isoSeconds(seconds)).toBe(new Date(seconds * 1000).toISOString().slice(0, 19));
    }),
    { numRuns: 2000 },
  );
});

test('the radix sort is stable and orders any numbers', () => {
  const sorter = new RadixSorter(300);
  const key = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }));
  fc.assert(
    fc.property(fc.array(key, { maxLength: 300 }), (keys) => {
      sorter.clear();
      for (const [index, value] of keys.entries()) sorter.add(value, index);
      const plain = keys
        .map((_, index) => index)
        .sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b));
      expect([...sorter.sort()]).toEqual(plain);
    }),
  );
});
