import { replay } from '../../core/incident/evolve';
import { untilRest } from '../../lab/drill/drill';
import { messageWithButton } from '../../lab/slack/decide';
import { closeStories, type FindingJson, finding, later, person, play, type Story, slotOf } from '../support/story';
import { brokenLaws } from '../support/story-laws';

jest.setTimeout(240_000);
afterEach(closeStories);

const INSTANCE = 'i-0011222aa333333b4';
const OTHER = 'i-0aaaaaaaaaaaaaaa1';
const MINUTE = 60_000;

const typesOf = ({ ledgers }: Story): readonly string[] =>
  [...ledgers.values()].flat().flatMap(({ events }) => events.map(({ type }) => type));
const executions = ({ desk }: Story): readonly string[] => desk.lab.services.executions.all().map(({ name }) => name);

/** The committed finding as GuardDuty sends it again: same id, higher count. */
function again(count: number, lastSeen: string): FindingJson {
  return finding((event) => {
    const service = event.detail.service as Record<string, unknown>;
    Object.assign(service, { count, eventLastSeen: lastSeen });
    Object.assign(event.detail, { updatedAt: lastSeen });
    event.id = `again-${count}`;
  });
}

/** Another finding, on the same instance unless told otherwise. */
function another(type: string, instance = INSTANCE): FindingJson {
  const text = JSON.stringify(finding()).replaceAll(INSTANCE, instance);
  const event: FindingJson = JSON.parse(text);
  const id = `${type.length}f`.padEnd(32, instance === INSTANCE ? 'a' : 'b');
  Object.assign(event.detail, { id, type, title: `${type} on ${instance}` });
  if (instance !== INSTANCE) {
    const [first] = (event.detail.resource as { instanceDetails: { networkInterfaces: Record<string, unknown>[] } })
      .instanceDetails.networkInterfaces;
    Object.assign(first ?? {}, { networkInterfaceId: 'eni-0aaaaaaaaaaaaaaa1', privateIpAddress: '10.0.0.77' });
  }
  event.id = `another-${id}`;
  return event;
}

describe('a finding that is delivered five times and out of order', () => {
  it('opens one thread and one execution, and the card shows the highest count', async () => {
    const story = await play({
      decide: ['stop=reject'],
      before: (desk) => {
        const times = [3, 5, 2, 4];
        times.forEach((count, i) => {
          later(desk, 500 * (i + 1), `delivery ${count}`, () =>
            desk.lab.putEvent(again(count, `2020-01-01T0${count}:00:00.000Z`)),
          );
        });
      },
    });
    expect(story.cards).toHaveLength(1);
    expect(executions(story)).toHaveLength(1);
    expect(story.incident?.findings).toHaveLength(1);
    expect(story.incident?.findings[0]).toMatchObject({ count: 5 });
    expect(story.thread()[0]).toContain('×5');
    expect(brokenLaws(story)).toEqual([]);
  });
});

describe('two findings', () => {
  it('on one instance are one incident: the second is attached and told', async () => {
    const type = 'CryptoCurrency:EC2/BitcoinTool.B!DNS';
    const second = another(type);
    const story = await play({
      decide: ['stop=reject'],
      before: (desk) => {
        desk.prepare(second);
        later(desk, MINUTE, 'second finding', () => desk.lab.putEvent(second));
      },
    });
    expect(story.cards).toHaveLength(1);
    expect(executions(story)).toHaveLength(1);
    expect(story.incident?.findings.map((each) => each.type)).toEqual(['Trojan:EC2/DNSDataExfiltration', type]);
    expect(story.thread().join('\n')).toContain(type);
    expect(brokenLaws(story)).toEqual([]);
  });

  it('on two instances are two incidents that run side by side and never mix, grouped under one lead card when a person accepts that', async () => {
    const second = another('Trojan:EC2/DNSDataExfiltration', OTHER);
    const story = await play({
      decide: ['stop=approve'],
      before: (desk) => {
        desk.prepare(second);
        later(desk, 2_000, 'second finding', () => desk.lab.putEvent(second));
        later(desk, 5 * MINUTE, 'group', () => {
          const offered = messageWithButton(desk.slack.workspace, desk.channel, 'run-group');
          if (offered === undefined) throw new Error('no card offers to group');
          return desk.slack.people.click(person(desk, 'alice'), offered, 'run-group');
        });
      },
    });
    expect(story.cards).toHaveLength(2);
    const [lead = '', member = ''] = story.cards.map((card) => slotOf(card).incident ?? '');
    expect(story.thread(member).join('\n')).toContain(
      `This looks like the attack of ${lead}: the same finding type, Trojan:EC2/DNSDataExfiltration.`,
    );
    expect(story.thread(lead)[0]).toContain(`Leads 1 incident of the same attack:\n• ${member} on ${OTHER}`);
    expect(story.thread(member)[0]).toContain(`Part of ${lead}: its card leads.`);
    expect(story.thread(lead).join('\n')).toContain(
      `${member} on ${OTHER} is grouped under this incident by Alice Hart.`,
    );
    expect([...story.effects('StopInstances')].sort()).toEqual([INSTANCE, OTHER].sort());
    const touched = [...story.ledgers.values()].map((rows) =>
      rows.flatMap(({ events }) =>
        events.flatMap((event) => {
          if (event.type === 'InstanceIsolated') return event.interfaces;
          return event.type === 'SnapshotsTaken'
            ? event.volumes.flatMap(({ volume, snapshot }) => [volume, snapshot])
            : [];
        }),
      ),
    );
    expect(touched.map((things) => things.length)).toEqual([3, 3]);
    expect(new Set(touched.flat()).size).toBe(6);
    for (const { instance, id } of [...story.ledgers.values()].flatMap((rows) => replay(rows) ?? [])) {
      expect(story.thread(id)[0]).toContain(String(instance));
    }
    expect(brokenLaws(story)).toEqual([]);
  });
});

describe('an instance named by a person', () => {
  it('is isolated without any finding', async () => {
    const story = await play({
      event: { ...finding(), source: 'lab.nothing' },
      decide: ['stop=reject'],
      after: async (desk) => {
        const words = `isolate ${INSTANCE} --reason "beaconing seen at the proxy"`;
        const said = desk.slack.people.slashCommand(person(desk, 'alice'), desk.channel, words);
        await desk.lab.run(() => desk.lab.services.executions.all().length > 0);
        await said;
        await untilRest(desk, desk.lab.clock.now() + 24 * 60 * MINUTE);
      },
    });
    expect(story.outcome).toBe('contained');
    expect(story.incident).toMatchObject({ instance: INSTANCE, findings: [] });
    expect(story.thread().join('\n')).toContain('beaconing seen at the proxy');
    expect(brokenLaws(story)).toEqual([]);
  });
});

describe('a finding that comes back after the incident was closed', () => {
  it('opens the next generation, linked to the old one', async () => {
    const story = await play({
      decide: ['stop=reject'],
      at: [['Analyse the memory', 'release --reason "false alarm"']],
      after: async (desk) => {
        desk.lab.putEvent(again(9, '2020-01-01T09:00:00.000Z'));
        await desk.lab.runFor(5 * MINUTE);
      },
    });
    const generations = [...story.ledgers.values()].flatMap((rows) =>
      rows.flatMap(({ events, incident }) =>
        events.flatMap((event) => (event.type === 'IncidentOpened' ? [{ ...event, incident }] : [])),
      ),
    );
    const old = generations.find(({ generation }) => generation === 1);
    expect(generations.find(({ generation }) => generation === 2)).toMatchObject({ previous: old?.incident });
    expect(story.cards).toHaveLength(2);
  });
});

/** Deep edits of the committed finding that intake must judge. */
type Change = (event: FindingJson) => void;
const instanceOf = (event: FindingJson) =>
  (event.detail.resource as { instanceDetails: Record<string, unknown> }).instanceDetails;

describe('an event that is not to be trusted', () => {
  const cases: readonly (readonly [what: string, reason: RegExp, change: Change])[] = [
    ['whose detail has no type', /type/i, (event) => Reflect.deleteProperty(event.detail, 'type')],
    [
      'whose account differs from its body',
      /account/i,
      (event) => Object.assign(event.detail, { accountId: '999999999999' }),
    ],
    [
      'whose region differs from its body',
      /us-east-1/,
      (event) => Object.assign(event.detail, { region: 'us-east-1' }),
    ],
    [
      'whose instance id is none',
      /instance/i,
      (event) => Object.assign(instanceOf(event), { instanceId: 'i-$(reboot)' }),
    ],
  ];
  it.each(cases)('%s is refused with its reason, once, and nothing is touched', async (_what, reason, change) => {
    const story = await play({ event: finding(change) });
    expect(story.outcome).toBe('refused');
    expect(story.reason).toMatch(reason);
    expect(story.ledgers.size).toBe(0);
    expect(executions(story)).toEqual([]);
    expect(new Set(story.calls('ec2', 'DescribeInstances').map((row) => row.function))).toEqual(new Set());
    const invocations = new Set(
      story.desk.lab.services.recorder.rows.filter((row) => row.function === 'intake').map((row) => row.requestId),
    );
    expect(invocations.size).toBeLessThanOrEqual(1);
  });
});

describe('a finding that is told or left alone', () => {
  const service = (event: FindingJson) => event.detail.service as Record<string, unknown>;
  const told: readonly (readonly [what: string, outcome: string, change: Change])[] = [
    ['a GuardDuty sample', 'posted', (event) => Object.assign(service(event), { additionalInfo: { sample: true } })],
    ['a sample by its title', 'posted', (event) => Object.assign(event.detail, { title: '[SAMPLE] nothing happened' })],
    ['an archived finding', 'ignored', (event) => Object.assign(service(event), { archived: true })],
    ['a finding of low severity', 'posted', (event) => Object.assign(event.detail, { severity: 2 })],
    [
      'a finding that names no instance',
      'posted',
      (event) => Object.assign(event.detail, { resource: { resourceType: 'AccessKey', accessKeyDetails: {} } }),
    ],
  ];
  it.each(told)('%s is %s and starts no workflow', async (_what, outcome, change) => {
    const story = await play({ event: finding(change) });
    expect(story.outcome).toBe(outcome);
    expect(executions(story)).toEqual([]);
    expect(story.cards).toHaveLength(outcome === 'posted' ? 1 : 0);
    expect(typesOf(story)).not.toContain('RunRequested');
    expect(brokenLaws(story)).toEqual([]);
  });

  it('a finding that GuardDuty does not know is posted as unverified and never contained', async () => {
    const story = await play({
      before: (desk) => desk.lab.estates.at('000111222333', 'eu-west-1').findings.clear(),
    });
    expect(story.outcome).toBe('posted');
    expect(executions(story)).toEqual([]);
    expect(story.estate.after).toEqual(story.estate.before);
    expect(story.thread()[0]).toMatch(/unverified|does not know/i);
    expect(brokenLaws(story)).toEqual([]);
  });
});
