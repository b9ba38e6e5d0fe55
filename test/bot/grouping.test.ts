import type { IncidentId } from '../../core/incident/ids';
import { ChatWorld } from '../support/chat/world';

describe('several hosts of one attack', () => {
  let world: ChatWorld;
  let lead: IncidentId;
  let member: IncidentId;
  beforeEach(async () => {
    world = await ChatWorld.open();
    lead = await world.opened('bob');
    await world.slash('bob', 'isolate i-0aaaaaaaaaaaaaaaa');
    member = [...world.ledger.rows.keys()].at(-1) as IncidentId;
    await world.announcer.announce(member);
  });
  afterEach(() => world.close());

  const card = async (id: IncidentId) => {
    await world.announcer.announce(id);
    const ref = await world.messages.find(id, 'root');
    const found = world.workspace.messages.find(({ ts }) => ts === ref?.ts);
    if (!found) throw new Error(`no card of ${id}`);
    return found;
  };
  const shown = async (id: IncidentId) => JSON.stringify((await card(id)).blocks);
  const offer = () => {
    const noticed = { type: 'CampaignNoticed', lead, why: 'the same finding type, Backdoor:EC2/X' } as const;
    return world.command(member, { type: 'Record', events: [noticed] });
  };

  test('are offered one lead card, which a click makes', async () => {
    await offer();
    expect(await shown(member)).toContain(`Group under ${lead}`);
    await world.people.click(world.user('alice'), await card(member), 'run-group');
    expect(await shown(member)).toContain(`Part of \`${lead}\``);
    expect(await shown(member)).not.toContain('run-group');
    expect(await shown(lead)).toContain('Leads 1 incident of the same attack');
    expect(await shown(lead)).toContain('i-0aaaaaaaaaaaaaaaa');
  });

  test('are grouped by a command without an offer, twice with one effect', async () => {
    for (let again = 0; again < 2; again++) await world.slash('alice', `group ${member} --under ${lead}`);
    expect((await world.incident(lead)).campaign.members).toHaveLength(1);
    expect((await world.incident(member)).campaign.lead).toBe(lead);
  });

  test('stay apart when the lead is unknown, closed, itself or a member, with a sentence and no change', async () => {
    const before = JSON.stringify([...world.ledger.rows]);
    expect(await world.slash('alice', `group ${member} --under IR-22222222`)).toContain('nothing was changed');
    expect(await world.slash('alice', `group ${member} --under ${member}`)).toContain('cannot lead itself');
    expect(await world.slash('alice', `group ${member}`)).toContain('--under');
    expect(await world.slash('gus', `group ${member} --under ${lead}`)).toContain('You may not');
    expect(await world.slash('alice', `group ${member} --under ${lead} --dry-run`)).toContain('Grouped under');
    expect(JSON.stringify([...world.ledger.rows])).toBe(before);
  });
});
