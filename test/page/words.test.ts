import { bytes, duration, initials, pretty } from '../../lab/page/src/parts/words';

test.each([
  [400, '0 s'],
  [59_000, '59 s'],
  [60_000, '1 min'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
])('%d ms reads as %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test('sizes carry binary units', () => {
  expect([bytes(641), bytes(12_582_912)]).toEqual(['641 B', '12.0 MiB']);
});

test('a name is shown by its first letters', () => {
  expect(initials('Carol Lindqvist')).toBe('CL');
});

test('text that is not JSON stays as it is', () => {
  expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(pretty('not json')).toBe('not json');
});
