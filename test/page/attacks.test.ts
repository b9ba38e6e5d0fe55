import { attackEvents, attackViews, movedTo, partiesOf, readFinding } from '../../lab/page-server/attacks';

const AT = Date.parse('2026-05-16T03:00:00Z');

test('every attack of the console has a committed finding and says what GuardDuty will report', () => {
  const attacks = attackViews();
  expect(attacks).toHaveLength(8);
  for (const { id, reports, severity } of attacks) {
    expect(reports).toMatch(/^[A-Za-z]+:[A-Za-z0-9]+\//);
    expect(severity).toBeGreaterThan(0);
    expect(attackEvents(id, AT)?.length).toBeGreaterThan(0);
  }
});

test('a burst reports fifty instances, each with a finding of its own', () => {
  const events = attackEvents('burst', AT) ?? [];
  expect(events).toHaveLength(50);
  expect(new Set(events.map((event) => partiesOf(event)?.instance)).size).toBe(50);
  expect(new Set(events.map((event) => JSON.stringify(Object(event.detail).id))).size).toBe(50);
});

test('an attack is stamped with the time it is launched', () => {
  expect(attackEvents('bitcoin', AT)?.[0]?.time).toBe('2026-05-16T03:00:00Z');
});

test('an unknown attack has no events', () => {
  expect(attackEvents('nonsense', AT)).toBeUndefined();
});

test('a pasted finding of another account and region comes to the lab’s own, with everything that names them', () => {
  const theirs = JSON.stringify(readFinding('bitcoin'))
    .replaceAll('111122223333', '444455556666')
    .replaceAll('eu-west-1', 'ap-southeast-2');
  const moved = movedTo(JSON.parse(theirs), { account: '111122223333', region: 'eu-west-1', at: AT });
  expect(JSON.stringify(moved)).not.toMatch(/444455556666|ap-southeast-2/);
  expect(moved).toMatchObject({ account: '111122223333', region: 'eu-west-1', time: '2026-05-16T03:00:00Z' });
});
