import { commitTo } from '../../core/incident/commit';
import { replay } from '../../core/incident/evolve';
import { commandId, type InstanceId, incidentId } from '../../core/incident/ids';
import { findingRef, IR, KEY, openCommand, SYSTEM } from '../support/books';
import { controlPlane } from '../support/control-plane-desk';

const OTHER = { ...KEY, instance: 'i-0aaaaaaaaaaaaaaaa' as InstanceId };
const SECOND = incidentId(OTHER, 1);
const actor = (value: string) => findingRef({ facts: [{ label: 'Remote address', value }], type: `Type:EC2/${value}` });

describe('a second host', () => {
  async function twoHosts(minutes: number, second: string) {
    const plane = controlPlane();
    await plane.story.does(openCommand({ finding: actor('203.0.113.66') }));
    await plane.conduct(IR);
    plane.clock.minutes(minutes);
    const open = openCommand({ instance: OTHER.instance, finding: actor(second) });
    await commitTo(plane.ledger, plane.clock, SECOND, open, SYSTEM, commandId('open'));
    await plane.conduct(SECOND);
    const incident = async () => replay(await plane.ledger.read(SECOND));
    return { ...plane, incident };
  }

  it('hit by the same actor within an hour is offered the first one’s card, once', async () => {
    const { incident, conduct, ledger, clock, story } = await twoHosts(20, '203.0.113.66');
    expect((await incident())?.campaign.offer).toEqual({ lead: IR, why: 'the same actor address, 203.0.113.66' });
    const more = { type: 'AddFinding', finding: { ...actor('203.0.113.66'), id: 'f2' } } as const;
    await commitTo(ledger, clock, SECOND, more, SYSTEM, commandId('more'));
    await conduct(SECOND);
    const offers = (await ledger.read(SECOND))
      .flatMap((row) => row.events)
      .filter(({ type }) => type === 'CampaignNoticed');
    expect(offers).toHaveLength(1);
    expect((await story.incident()).campaign).toEqual({ members: [] });
  });

  it.each([
    ['by somebody else', 20, '198.51.100.7'],
    ['hours later', 90, '203.0.113.66'],
  ])('hit %s is offered nothing', async (_how, minutes, address) => {
    const { incident } = await twoHosts(minutes, address);
    expect((await incident())?.campaign.offer).toBeUndefined();
  });
});
