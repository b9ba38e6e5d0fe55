import type { Command } from '../../core/incident/commands';
import type { StepGate } from '../../core/incident/steps';
import type { Wait } from '../../core/ports/waits';
import { makeConduct } from '../../handlers/conduct';
import { makeHoldAtGate } from '../../handlers/hold-at-gate';
import { makePassGate } from '../../handlers/pass-gate';
import { makeReconcile } from '../../handlers/reconcile';
import { makeRecordFailure } from '../../handlers/record-failure';
import { makeResume } from '../../handlers/resume';
import { IR, person, Story } from './books';
import { MemoryList, memoryClaims, memoryCursors } from './chat/stores';
import { MemoryEngine, MemoryWaits, memoryInbox, memorySlots, tokens } from './control-plane';

/** Ledger, state and Step Functions in memory with every control-plane handler over them. */
export function controlPlane() {
  const story = new Story();
  const { ledger, clock } = story;
  const engine = new MemoryEngine();
  const waits = new MemoryWaits();
  const nudged: string[] = [];
  let found: 'finished' | 'pending' = 'pending';
  const ports = {
    ledger,
    clock,
    engine,
    waits,
    tokens,
    inbox: memoryInbox(),
    cursors: memoryCursors(),
    list: new MemoryList(),
    claims: memoryClaims(),
    slots: memorySlots(),
    caps: { isolationsPerHour: 1, isolationsPerGroupPerHour: 1 },
    probe: { look: async (_wait: Wait) => found },
    nudges: {
      nudge: async (consumer: string) => {
        nudged.push(consumer);
      },
    },
  };
  return {
    ...ports,
    story,
    nudged,
    finishes: () => {
      found = 'finished';
    },
    conduct: makeConduct(ports),
    resume: makeResume(ports),
    reconcile: makeReconcile(ports),
    passGate: (gate: StepGate, run = 1) => makePassGate(ports)({ incident: IR, run, gate }),
    hold: (gate: StepGate, token: string) => makeHoldAtGate(ports)({ incident: IR, run: 1, gate, token }),
    fail: makeRecordFailure(ports),
  };
}

export async function stopVote(story: Story, who: string, decision: 'approve' | 'reject' = 'approve'): Promise<void> {
  const gate = (await story.incident()).gates.stop!;
  const { opening, plan } = gate;
  const vote: Command = {
    type: 'Vote',
    gate: 'stop',
    opening,
    decision,
    planDigest: plan.digest,
    reason: 'sure',
    confirmation: '33b4',
  };
  await story.does(vote, person(who));
}
