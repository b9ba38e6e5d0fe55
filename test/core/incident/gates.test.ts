import type { Command } from '../../../core/incident/commands';
import type { GateRule } from '../../../core/incident/events';
import { personKey, sha256 } from '../../../core/incident/ids';
import { PIN, person, refusal, Story } from '../../support/books';

const RULE = PIN.gates.stop!;
const PLAN = { digest: sha256('plan'), lines: ['Stop it.'] };
const OTHER = { digest: sha256('other plan'), lines: ['Stop it, differently.'] };

async function asked(over: Partial<GateRule> = {}, requester?: string): Promise<Story> {
  const story = new Story();
  await story.opened();
  const by = requester === undefined ? {} : { requester: personKey(requester) };
  await story.does({ type: 'OpenGate', gate: 'stop', plan: PLAN, rule: { ...RULE, ...over }, ...by });
  return story;
}

function vote(over: Partial<Extract<Command, { type: 'Vote' }>> = {}): Command {
  return {
    type: 'Vote',
    gate: 'stop',
    opening: 1,
    decision: 'approve',
    reason: 'malware confirmed',
    planDigest: PLAN.digest,
    confirmation: '33b4',
    ...over,
  };
}

describe('a gate', () => {
  it('is approved when quorum distinct persons approved', async () => {
    const story = await asked();
    await story.does(vote(), person('carol'));
    expect((await story.incident()).gates.stop?.state).toBe('pending');
    await story.does(vote(), person('dave'));
    const gate = (await story.incident()).gates.stop;
    expect(gate).toMatchObject({ state: 'approved', decision: 'approve', decidedBy: ['carol', 'dave'] });
  });

  it('counts one person once, whatever account the clicks come from', async () => {
    const story = await asked();
    await story.does(vote(), { kind: 'person', person: personKey('carol'), slackUser: 'U0CAROL01' });
    const again = { kind: 'person', person: personKey('carol'), slackUser: 'U0CAROL02' } as const;
    expect(await refusal(() => story.does(vote(), again))).toBe('gate.voted');
    expect((await story.incident()).gates.stop?.state).toBe('pending');
  });

  it('is rejected by one reject, even after approvals', async () => {
    const story = await asked();
    await story.does(vote(), person('carol'));
    await story.does(vote({ decision: 'reject', reason: 'not yet' }), person('carol'));
    expect((await story.incident()).gates.stop).toMatchObject({ state: 'rejected', reason: 'not yet' });
  });

  it('refuses the approval of the person who asked, and takes that person’s reject', async () => {
    const story = await asked({}, 'carol');
    expect(await refusal(() => story.does(vote(), person('carol')))).toBe('gate.requester');
    await story.does(vote({ decision: 'reject' }), person('carol'));
    expect((await story.incident()).gates.stop?.state).toBe('rejected');
  });

  it.each<[string, Partial<Extract<Command, { type: 'Vote' }>>]>([
    ['gate.stale', { opening: 2 }],
    ['gate.other-plan', { planDigest: OTHER.digest }],
    ['gate.decision', { decision: 'retry' }],
    ['gate.reason', { reason: '  ' }],
    ['gate.confirmation', { confirmation: '33b5' }],
    ['gate.confirmation', { confirmation: '' }],
    ['gate.unknown', { gate: 'nacl' }],
  ])('refuses with %s and changes nothing', async (code, over) => {
    const story = await asked();
    const rows = (await story.incident()).seq;
    expect(await refusal(() => story.does(vote(over), person('carol')))).toBe(code);
    expect((await story.incident()).seq).toBe(rows);
  });

  it('refuses a part of ours that votes', async () => {
    const story = await asked();
    expect(await refusal(() => story.does(vote()))).toBe('gate.not-a-person');
  });

  it('refuses votes on a decided gate and says who decided', async () => {
    const story = await asked();
    await story.does(vote({ decision: 'reject' }), person('carol'));
    await expect(story.does(vote(), person('dave'))).rejects.toThrow(/already decided \(reject\) by carol/);
  });

  it('refuses votes after its deadline, before anybody wrote the expiry', async () => {
    const story = await asked({ expiresMinutes: 10 });
    story.clock.minutes(10);
    expect(await refusal(() => story.does(vote(), person('carol')))).toBe('gate.expired');
  });

  it('takes votes again after a pause, its deadline moved by the time paused', async () => {
    const story = await asked({ expiresMinutes: 10 });
    story.clock.minutes(8);
    await story.does({ type: 'Pause' }, person('alice'));
    expect(await refusal(() => story.does(vote(), person('carol')))).toBe('gate.paused');
    story.clock.minutes(60);
    await story.does({ type: 'ExpireGate', gate: 'stop', opening: 1 });
    await story.does({ type: 'Resume' }, person('alice'));
    story.clock.minutes(1);
    await story.does(vote(), person('carol'));
    expect((await story.incident()).gates.stop).toMatchObject({
      state: 'pending',
      expiresAt: '2026-03-01T13:10:00.000Z',
      votes: [{ person: 'carol' }],
    });
  });

  it('is voided and asked anew, in one row, when the plan changed', async () => {
    const story = await asked();
    await story.does(vote(), person('carol'));
    await story.does({ type: 'OpenGate', gate: 'stop', plan: OTHER, rule: RULE });
    const rows = await story.ledger.read((await story.incident()).id);
    expect(rows.at(-1)?.events.map((event) => event.type)).toEqual(['GateVoided', 'GateOpened']);
    expect((await story.incident()).gates.stop).toMatchObject({ opening: 2, state: 'pending', votes: [] });
    expect(await refusal(() => story.does(vote(), person('dave')))).toBe('gate.stale');
  });

  it('is not asked twice for the same plan, nor again in the run that rejected it', async () => {
    const story = await asked();
    const open: Command = { type: 'OpenGate', gate: 'stop', plan: PLAN, rule: RULE };
    await story.does(open);
    await story.does(vote({ decision: 'reject' }), person('carol'));
    await story.does(open);
    expect((await story.events()).filter((type) => type === 'GateOpened')).toHaveLength(1);
  });

  it('loses an approval whose plan changed before the step', async () => {
    const story = await asked();
    await story.does(vote(), person('carol'));
    await story.does(vote(), person('dave'));
    await story.does({ type: 'OpenGate', gate: 'stop', plan: OTHER, rule: RULE });
    expect((await story.incident()).gates.stop?.state).toBe('pending');
    const intended: Command = { type: 'Record', events: [{ type: 'StopIntended', planDigest: PLAN.digest }] };
    expect(await refusal(() => story.does(intended))).toBe('stop.unapproved');
  });

  it('expires by a commit that is due, once, and says how many had approved', async () => {
    const story = await asked({ expiresMinutes: 10 });
    await story.does(vote(), person('carol'));
    const expire: Command = { type: 'ExpireGate', gate: 'stop', opening: 1 };
    await story.does(expire);
    story.clock.minutes(10);
    await story.does(expire);
    await story.does(expire);
    const rows = await story.ledger.read((await story.incident()).id);
    expect(rows.flatMap((row) => row.events).filter((event) => event.type === 'GateExpired')).toEqual([
      { type: 'GateExpired', gate: 'stop', opening: 1, votes: 1, quorum: 2 },
    ]);
  });

  it('of a failed step names the step as missing evidence when people go on without it', async () => {
    const story = new Story();
    await story.opened();
    const step = 'Capture memory';
    await story.does({ type: 'Record', events: [{ type: 'StepStarted', step, attempt: 1 }] });
    const rule = PIN.gates.failed!;
    await story.does({ type: 'FailStep', step, error: 'NeedsHuman', cause: 'agent offline', plan: PLAN, rule });
    const answer = { gate: `failed:${step}`, planDigest: PLAN.digest } as const;
    expect(await refusal(() => story.does(vote({ ...answer }), person('alice')))).toBe('gate.decision');
    await story.does(vote({ ...answer, decision: 'skip', reason: 'host is dead' }), person('alice'));
    const incident = await story.incident();
    expect(incident.steps[step]?.state).toBe('skipped');
    expect(incident.missing).toEqual([{ what: step, reason: 'gone on without by decision of alice: host is dead' }]);
  });

  it('is void when the run is aborted', async () => {
    const story = await asked();
    await story.does({ type: 'Abort', reason: 'handled elsewhere' }, person('alice'));
    expect((await story.incident()).gates.stop?.state).toBe('voided');
    expect(await refusal(() => story.does(vote(), person('carol')))).toBe('gate.decided');
  });
});

describe('a gate that is asked outside Slack as well', () => {
  const rule = { outside: 'github-environment' } as const;
  const answer = { by: ['octo-reviewer'], runUrl: 'https://github.com/acme/ir/actions/runs/1' };
  const answered = (over: Partial<Extract<Command, { type: 'DecideOutside' }>> = {}): Command => ({
    ...{ type: 'DecideOutside', gate: 'stop', opening: 1, planDigest: PLAN.digest, decision: 'approve', answer },
    ...over,
  });
  const agreed = async (): Promise<Story> => {
    const story = await asked(rule);
    await story.does(vote(), person('carol'));
    await story.does(vote(), person('dave'));
    return story;
  };

  it('is not decided by the persons here, however many agree', async () => {
    const story = await agreed();
    const gate = (await story.incident()).gates.stop;
    expect(gate).toMatchObject({ state: 'pending', outside: { agreed: ['carol', 'dave'] } });
    expect(await refusal(() => story.does(vote(), person('erin')))).toBe('gate.outside');
    const intended = { type: 'StopIntended', planDigest: PLAN.digest } as const;
    expect(await refusal(() => story.does({ type: 'Record', events: [intended] }))).toBe('stop.unapproved');
  });

  it('is approved by both, names both, and once', async () => {
    const story = await agreed();
    await story.does(answered());
    expect((await story.incident()).gates.stop).toMatchObject({
      ...{ state: 'approved', decidedBy: ['carol', 'dave'] },
      outside: { answer },
    });
    expect(await refusal(() => story.does(answered({ decision: 'reject' })))).toBe('gate.decided');
  });

  it('is rejected by either', async () => {
    const outside = await agreed();
    await outside.does(answered({ decision: 'reject' }));
    expect((await outside.incident()).gates.stop).toMatchObject({ state: 'rejected', decidedBy: [] });
    const here = await agreed();
    await here.does(vote({ decision: 'reject', reason: 'second thoughts' }), person('dave'));
    expect((await here.incident()).gates.stop).toMatchObject({ state: 'rejected', decidedBy: ['dave'] });
  });

  it.each([
    ['before the persons here agreed', async () => asked(rule), {}, 'gate.not-agreed'],
    ['a question nobody asked outside', async () => asked(), {}, 'gate.not-agreed'],
    ['another plan', agreed, { planDigest: OTHER.digest }, 'gate.other-plan'],
    ['another opening', agreed, { opening: 2 }, 'gate.other-plan'],
  ])('takes no answer from outside to %s', async (_what, begun, over, code) => {
    const story = await begun();
    expect(await refusal(() => story.does(answered(over)))).toBe(code);
  });

  it('asks all again when the plan changes, and the answer to the old plan counts no more', async () => {
    const story = await agreed();
    await story.does({ type: 'OpenGate', gate: 'stop', plan: OTHER, rule: { ...RULE, ...rule } });
    expect((await story.incident()).gates.stop).toMatchObject({ opening: 2, state: 'pending', votes: [] });
    expect((await story.incident()).gates.stop?.outside).toBeUndefined();
    expect(await refusal(() => story.does(answered()))).toBe('gate.other-plan');
  });

  it('expires like any other, and an answer after that is refused', async () => {
    const story = await agreed();
    story.clock.minutes(RULE.expiresMinutes + 1);
    expect(await refusal(() => story.does(answered()))).toBe('gate.expired');
    await story.does({ type: 'ExpireGate', gate: 'stop', opening: 1 });
    const expired = (await story.ledger.read((await story.incident()).id)).at(-1)?.events;
    expect(expired).toMatchObject([{ type: 'GateExpired', outside: 'github-environment' }]);
    expect(await refusal(() => story.does(answered()))).toBe('gate.decided');
  });
});
