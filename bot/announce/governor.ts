import { Transient } from '../../core/errors';
import type { ChatRefusal } from '../../core/ports/chat';

/** Slack takes about one message per second and channel and tolerates short bursts (docs.slack.dev, rate limits). */
const SPACING_MS = 1_000;
const BURST = 5;
/** Longer than this we do not sit out inside a function: the queue brings the message back. */
const MAX_SLEEP_MS = 15_000;

interface Lane {
  tokens: number;
  filledAt: number;
  closedUntil: number;
  heldBackMs: number;
}

/** Keeps every channel's pace: a bucket of five refilled once a second, and Retry-After whenever Slack says so. */
export class Governor {
  private readonly lanes = new Map<string, Lane>();

  constructor(
    private readonly now: () => number,
    private readonly sleep: (ms: number) => Promise<void>,
  ) {}

  private lane(channel: string): Lane {
    const known = this.lanes.get(channel);
    if (known) return known;
    const fresh = { tokens: BURST, filledAt: this.now(), closedUntil: 0, heldBackMs: 0 };
    this.lanes.set(channel, fresh);
    return fresh;
  }

  /** How long Slack has held this channel back since it was last asked here: said once, when messages flow again. */
  takeLateness(channel: string): number {
    const lane = this.lane(channel);
    const late = lane.heldBackMs;
    lane.heldBackMs = 0;
    return late;
  }

  /** True while Slack holds this channel back: approvals then go ahead of progress. */
  isLimited(channel: string): boolean {
    return this.lane(channel).closedUntil > this.now();
  }

  /** Runs one call in its channel's pace; a 429 is sat out once when it is short. Throws Transient when it is not. */
  async pace<T extends object>(channel: string, call: () => Promise<T | ChatRefusal>): Promise<T | ClosedChannel> {
    for (let tries = 0; tries < 3; tries++) {
      await this.turn(channel);
      const answer = await call();
      if (!isLimited(answer)) return answer as T | ClosedChannel;
      const lane = this.lane(channel);
      lane.closedUntil = this.now() + answer.retryAfterMs;
      lane.heldBackMs += answer.retryAfterMs;
    }
    throw new Transient(`Slack keeps limiting channel ${channel}.`);
  }

  private async turn(channel: string): Promise<void> {
    const lane = this.lane(channel);
    const filled = Math.floor((this.now() - lane.filledAt) / SPACING_MS);
    if (filled > 0) {
      lane.tokens = Math.min(BURST, lane.tokens + filled);
      lane.filledAt += filled * SPACING_MS;
    }
    const forToken = lane.tokens > 0 ? 0 : lane.filledAt + SPACING_MS - this.now();
    const wait = Math.max(forToken, lane.closedUntil - this.now());
    if (wait > MAX_SLEEP_MS)
      throw new Transient(`Slack limits channel ${channel} for ${Math.ceil(wait / 1000)} s more.`);
    if (wait > 0) {
      await this.sleep(wait);
      return this.turn(channel);
    }
    lane.tokens -= 1;
  }
}

export type ClosedChannel = Extract<ChatRefusal, { readonly status: 'closed' }>;

function isLimited(answer: object): answer is Extract<ChatRefusal, { readonly status: 'limited' }> {
  return 'status' in answer && answer.status === 'limited';
}
