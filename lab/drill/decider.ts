import { ACTION, type GateRef, parseGateRef } from '../../bot/action-ids';
import type { GateName } from '../../core/incident/steps';
import type { Policy } from '../../core/policy/schema';
import { answerGate } from '../slack/decide';
import type { SlackPeople } from '../slack/person';
import type { SlackMessage, SlackUser, Workspace } from '../slack/workspace';
import type { Clock } from '../time/clock';
import type { PlannedDecision } from './arguments';

/** A person reads a question for a minute and a half; the next one needs another minute. */
const FIRST_ANSWER_MS = 90_000;
const NEXT_ANSWER_MS = 60_000;

interface Button {
  readonly action_id?: string;
  readonly value?: string;
}

/** The persons of the lab who answer gates, as `--decide` tells them to. */
export class Decider {
  readonly opened = new Set<GateName>();
  private readonly asked = new Set<string>();

  constructor(
    private readonly decisions: readonly PlannedDecision[],
    private readonly policy: Policy,
    private readonly workspace: Workspace,
    private readonly people: SlackPeople,
    private readonly clock: Clock,
  ) {}

  /** Looks at a message that was posted or edited: a question that nobody has been sent to answer yet sends somebody. */
  see(message: SlackMessage): void {
    for (const ref of questionsIn(message)) {
      this.opened.add(ref.gate);
      const key = `${ref.incident}/${ref.gate}/${ref.opening}`;
      const decision = this.decisions.find(({ gate }) => gate === ref.gate);
      if (!decision || this.asked.has(key)) continue;
      this.asked.add(key);
      this.votersFor(ref.gate, decision).forEach((user, i) => {
        const delay = FIRST_ANSWER_MS + i * NEXT_ANSWER_MS;
        this.clock.setTimer(delay, () => void this.vote(user, ref, message, decision), `answer ${key} ${user.id}`);
      });
    }
  }

  /** Decisions for gates that never opened: said, never an error. */
  unused(): readonly PlannedDecision[] {
    return this.decisions.filter(({ gate }) => !this.opened.has(gate));
  }

  private async vote(user: SlackUser, ref: GateRef, message: SlackMessage, decision: PlannedDecision): Promise<void> {
    const current = this.workspace.find(message.channel, message.ts) ?? message;
    if (!questionsIn(current).some((other) => other.gate === ref.gate && other.opening === ref.opening)) return;
    await answerGate(this.people, this.workspace, user, current, {
      decision: decision.decision,
      reason: `${decision.decision} as planned for this drill`,
      confirm: confirmationIn(current),
    });
  }

  /** One person for a rejection or when named; else as many as the quorum asks, from those the gate's role holds. */
  private votersFor(gate: GateName, decision: PlannedDecision): readonly SlackUser[] {
    const account = (person: string) => [...this.workspace.users.values()].find((user) => user.person === person);
    if (decision.person !== undefined) return [account(decision.person)].filter((user) => user !== undefined);
    const rule = this.policy.gates[gate.startsWith('failed:') ? 'failed' : (gate as keyof Policy['gates'])];
    const role = this.policy.roles[rule.role];
    const quorum = decision.decision === 'reject' ? 1 : rule.quorum;
    return (role?.persons ?? [])
      .map(account)
      .filter((user) => user !== undefined)
      .slice(0, quorum);
  }
}

/** The gates a message asks about and whose buttons are still there. */
export function questionsIn(message: SlackMessage): readonly GateRef[] {
  const blocks = message.blocks as readonly { readonly elements?: readonly Button[] }[];
  return blocks
    .flatMap((block) => block.elements ?? [])
    .filter(({ action_id: id }) => id === ACTION.approve || id === ACTION.retry)
    .flatMap(({ value }) => parseGateRef(value ?? '') ?? []);
}

/** The last four of the instance id, as a person reads it off the question. */
function confirmationIn(message: SlackMessage): string {
  const id = /\bi-[0-9a-f]{8,17}\b/.exec(`${message.text} ${JSON.stringify(message.blocks)}`)?.[0] ?? '';
  return id.slice(-4);
}
