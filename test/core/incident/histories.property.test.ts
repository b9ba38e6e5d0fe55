import fc from 'fast-check';
import { Refusal } from '../../../core/errors';
import type { Command } from '../../../core/incident/commands';
import { commitTo } from '../../../core/incident/commit';
import type { Actor, Commit, Decision, GateRule, IncidentEvent } from '../../../core/incident/events';
import { replay } from '../../../core/incident/evolve';
import { commandId, personKey, sha256 } from '../../../core/incident/ids';
import { verifyChain } from '../../../core/incident/ledger-row';
import { HandClock, IR, openCommand, PIN, person, SYSTEM } from '../../support/books';
import { MemoryLedger } from '../../support/chat/stores';

// Few persons, mostly one plan and mostly votes: so that quorums are met and requesters do try.
const PERSONS = ['carol', 'dave', 'erin'];
const RULE: GateRule = { ...PIN.gates.stop!, quorum: 2, expiresMinutes: 30 };
const plans = ['one', 'two'].map((name) => ({ digest: sha256(name), lines: [name] }));

interface Asked {
  readonly command: Command;
  readonly actor: Actor;
  readonly id: string;
  readonly minutes: number;
}

const anyone = fc.constantFrom(...PERSONS);
const plan = fc.oneof({ weight: 6, arbitrary: fc.constant(plans[0]!) }, fc.constant(plans[1]!));
const opening = fc.constantFrom(1, 1, 1, 2, 2, 3);
const failedStep = 'Capture memory' as const;
const facts: fc.Arbitrary<IncidentEvent> = fc.oneof(
  fc.constant<IncidentEvent>({ type: 'InstanceIsolated', group: 'sg-1', interfaces: ['eni-1'], residual: [] }),
  fc.constant<IncidentEvent>({ type: 'InstanceStopped', state: 'stopped' }),
  fc.constant<IncidentEvent>({ type: 'InstanceReleased', restored: [], differs: [] }),
  fc.constant<IncidentEvent>({ type: 'StepStarted', step: failedStep, attempt: 1 }),
  plan.map((chosen): IncidentEvent => ({ type: 'StopIntended', planDigest: chosen.digest })),
  plan.map((chosen): IncidentEvent => ({ type: 'GatePassed', gate: 'stop', planDigest: chosen.digest, why: 'x' })),
);
const vote: fc.Arbitrary<Command> = fc
  .record({
    gate: fc.constantFrom('stop' as const, 'stop' as const, 'stop' as const, `failed:${failedStep}` as const),
    opening,
    decision: fc.constantFrom<Decision>('approve', 'approve', 'approve', 'approve', 'reject', 'retry', 'skip', 'abort'),
    plan,
  })
  .map(({ plan: chosen, ...rest }): Command => {
    return { type: 'Vote', ...rest, planDigest: chosen.digest, reason: 'why', confirmation: '33b4' };
  });
const openGate: fc.Arbitrary<Command> = fc.tuple(plan, anyone).map(([chosen, requester]): Command => {
  return { type: 'OpenGate', gate: 'stop', plan: chosen, rule: RULE, requester: personKey(requester) };
});
const simple = fc.constantFrom<Command>(
  openCommand(),
  { type: 'StartRun', run: 1, execution: 'arn' },
  { type: 'Pause' },
  { type: 'Resume' },
  { type: 'Abort' },
  { type: 'Release' },
  { type: 'Close', as: 'resolved' },
  { type: 'RequestRun', purpose: 'respond' },
  { type: 'AddNote', text: 'seen' },
);
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 14, arbitrary: vote },
  { weight: 5, arbitrary: openGate },
  { weight: 2, arbitrary: simple },
  fc.integer({ min: 1, max: 3 }).map((run): Command => ({ type: 'EndRun', run, result: 'completed' })),
  { weight: 3, arbitrary: facts.map((fact): Command => ({ type: 'Record', events: [fact] })) },
  plan.map((chosen): Command => {
    return { type: 'FailStep', step: failedStep, error: 'E', cause: 'c', plan: chosen, rule: PIN.gates.failed! };
  }),
  opening.map((number): Command => ({ type: 'ExpireGate', gate: 'stop', opening: number })),
);
const asked: fc.Arbitrary<Asked> = fc.record({
  command,
  actor: fc.oneof({ weight: 4, arbitrary: anyone.map(person) }, fc.constant(SYSTEM)),
  id: fc.integer({ min: 0, max: 400 }).map((number) => `c${number}`),
  minutes: fc.constantFrom(0, 0, 0, 0, 1, 20),
});

async function play(story: readonly Asked[], replayed = false): Promise<readonly Commit[]> {
  const ledger = new MemoryLedger();
  const clock = new HandClock();
  const used = new Set<string>();
  for (const { command: one, actor, id, minutes } of story) {
    clock.minutes(minutes);
    // An id belongs to one command: only a repeat of that very command carries it again.
    if (used.has(id)) continue;
    used.add(id);
    for (let time = 0; time < (replayed ? 2 : 1); time++) {
      await commitTo(ledger, clock, IR, one, actor, commandId(id)).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
      });
    }
  }
  return ledger.read(IR);
}

describe('any order of commands', () => {
  it('leaves a chain that holds and a history that replays', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { maxLength: 60 }), async (story) => {
        const rows = await play([{ command: openCommand(), actor: SYSTEM, id: 'open', minutes: 0 }, ...story]);
        expect(verifyChain(rows)).toMatchObject({ ok: true, rows: rows.length });
        expect(replay(rows)?.seq).toBe(rows.length);
      }),
      { numRuns: 300 },
    );
  });

  it('writes only histories a checker of its own accepts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { minLength: 20, maxLength: 80 }), async (story) => {
        const rows = await play([{ command: openCommand(), actor: SYSTEM, id: 'open', minutes: 0 }, ...story]);
        expect(illegal(rows)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('is the same history when every command is delivered twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { maxLength: 50 }), async (story) => {
        const whole = [{ command: openCommand(), actor: SYSTEM, id: 'open', minutes: 0 }, ...story];
        expect(await play(whole, true)).toEqual(await play(whole));
      }),
      { numRuns: 150 },
    );
  });
});

/** The law of gates and stops, written anew over the raw events: it shares no code with what it checks. */
function illegal(rows: readonly Commit[]): readonly string[] {
  const wrong: string[] = [];
  const open = new Map<
    string,
    { opening: number; digest: string; quorum: number; requester?: string; votes: Map<string, string> }
  >();
  let approved: { digest: string } | undefined;
  let paused = false;
  let closed = false;
  for (const row of rows) {
    for (const event of row.events) {
      const where = `row ${row.seq} ${event.type}`;
      if (closed && event.type !== 'FinalSealed') wrong.push(`${where}: after the close`);
      switch (event.type) {
        case 'GateOpened': {
          if (open.has(event.gate)) wrong.push(`${where}: ${event.gate} was open`);
          const requester = event.requester === undefined ? {} : { requester: event.requester };
          open.set(event.gate, {
            opening: event.opening,
            digest: event.plan.digest,
            quorum: event.rule.quorum,
            ...requester,
            votes: new Map(),
          });
          if (event.gate === 'stop') approved = undefined;
          break;
        }
        case 'GateVoteCast': {
          const gate = open.get(event.gate);
          if (gate === undefined || gate.opening !== event.opening) wrong.push(`${where}: nobody asked`);
          if (paused) wrong.push(`${where}: while paused`);
          gate?.votes.set(event.person, event.decision);
          break;
        }
        case 'GateDecided': {
          const gate = open.get(event.gate);
          if (event.gate === 'stop' && event.decision === 'approve') {
            const yes = [...(gate?.votes ?? [])].filter(([, decision]) => decision === 'approve').map(([who]) => who);
            if (new Set(yes).size < (gate?.quorum ?? 2)) wrong.push(`${where}: ${yes.length} approvals`);
            if (gate?.requester !== undefined && yes.includes(gate.requester)) wrong.push(`${where}: by its requester`);
            approved = { digest: gate?.digest ?? '' };
          }
          open.delete(event.gate);
          break;
        }
        case 'GateExpired':
        case 'GateVoided':
          open.delete(event.gate);
          if (event.gate === 'stop') approved = undefined;
          break;
        case 'StopIntended':
          if (approved?.digest !== event.planDigest) wrong.push(`${where}: not approved`);
          break;
        case 'RunRequested':
          approved = undefined;
          break;
        case 'Paused':
          paused = true;
          break;
        case 'Resumed':
        case 'AbortRequested':
        case 'ReleaseRequested':
        case 'CloseRequested':
          paused = false;
          break;
        case 'IncidentClosed':
          closed = true;
          break;
        default:
          break;
      }
    }
  }
  return wrong;
}
