import type { Anchor } from '../../../../core/analysis/correlate/anchors';
import { attackWindows, type WindowQuestion } from '../../../../core/analysis/correlate/windows';
import type { FindingFacts } from '../../../../core/analysis/detect/host';

const T = Date.parse('2026-06-01T10:00:00Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function anchor(minutes: number, weight: number, kind: Anchor['kind'] = 'other', group: string = kind): Anchor {
  return { at: T + minutes * MINUTE, weight, what: `${kind} at ${minutes}`, kind, group, installable: false };
}

function ask(anchors: readonly Anchor[], more: Partial<WindowQuestion> = {}) {
  return attackWindows({
    anchors,
    suspectInMemory: false,
    finding: undefined,
    newest: T + DAY / 2,
    oldest: T - 100 * DAY,
    ...more,
  });
}

function finding(firstSeen: number): FindingFacts {
  return {
    id: 'f',
    type: 'x',
    firstSeen,
    lastSeen: firstSeen,
    addresses: [],
    ports: [],
    domains: [],
    instanceId: undefined,
    ownAddresses: [],
  };
}

test('the densest group of acts is the window, cut at whole minutes and at its first and last good sign', () => {
  const { windows } = ask([
    anchor(-9, 1),
    anchor(0, 5, 'hidden file'),
    anchor(4.5, 10, 'set-user-id program'),
    anchor(500, 5),
  ]);
  expect(windows[0]).toMatchObject({ from: T, to: T + 5 * MINUTE, certain: true });
  expect(windows[1]).toMatchObject({ certain: false });
});

test('one weak change is no window, three of different kinds are, unless they are long ago', () => {
  const weak = [
    anchor(0, 4, 'way back in', 'cron table'),
    anchor(1, 4, 'way back in', 'sudo rule'),
    anchor(2, 3, 'way back in', 'start script'),
  ];
  expect(ask(weak.slice(0, 1)).windows).toEqual([]);
  expect(ask(weak).windows).toHaveLength(1);
  expect(ask(weak, { newest: T + 40 * DAY }).windows).toEqual([]);
});

test('a weak change counts when memory shows something bad, or when the finding falls to it', () => {
  const weak = [anchor(0, 4, 'way back in', 'cron table')];
  expect(ask(weak, { suspectInMemory: true }).windows).toHaveLength(1);
  expect(ask(weak, { finding: finding(T + 10 * MINUTE) }).windows).toHaveLength(1);
});

test('a finding far from the evidence is said to be and is not used', () => {
  const strong = [anchor(0, 5, 'hidden file')];
  for (const seen of [T - 2_000 * DAY, T + 300 * DAY]) {
    const { windows } = ask(strong, { finding: finding(seen) });
    expect(windows[0]?.why).toMatch(/so its time was not used/);
  }
});

test('without any sign the finding’s time alone makes the window, and without that there is none', () => {
  const { windows } = ask([], { finding: finding(T) });
  expect(windows[0]).toMatchObject({ from: T - 6 * 60 * MINUTE, to: T + MINUTE, weight: 0, certain: false });
  expect(ask([])).toMatchObject({ windows: [], notes: [expect.stringMatching(/No window/)] });
});
