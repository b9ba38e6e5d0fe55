import { createHash } from 'node:crypto';
import type { Platform } from '../platform';

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly group: string | undefined;
  readonly deduplicationId: string | undefined;
  readonly sequence: number;
  readonly sentAt: number;
  visibleAt: number;
  receives: number;
  firstReceivedAt: number | undefined;
  receipt: string | undefined;
}

export interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly fifo: boolean;
  readonly contentBasedDeduplication: boolean;
  readonly visibilitySeconds: number;
  readonly delaySeconds: number;
  readonly retentionSeconds: number;
  /** After this many receives a message goes to the other queue. */
  readonly redrive: { readonly arn: string; readonly maximum: number } | undefined;
}

export interface SendOptions {
  readonly group?: string | undefined;
  readonly deduplicationId?: string | undefined;
  readonly delaySeconds?: number | undefined;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A FIFO queue forgets deduplication ids after five minutes (SQS Developer Guide, exactly-once processing). */
const DEDUPLICATION_MS = 300_000;

/** One queue. FIFO: a group with a message in flight gives out nothing more until that one is deleted or visible again. */
export class Queue {
  readonly #messages: Message[] = [];
  readonly #seen = new Map<string, { readonly at: number; readonly id: string }>();
  readonly #listeners: (() => void)[] = [];
  #sequence = 0;

  constructor(
    readonly settings: QueueSettings,
    private readonly platform: Pick<Platform, 'clock' | 'ids'>,
    private readonly redrive: (arn: string, message: Message) => void,
  ) {}

  /** Everything not deleted, in order of arrival: for tests, the page and the end of a drill. */
  messages(): readonly Message[] {
    return this.#messages;
  }

  /** Whether something reads the queue: dead-letter queues have no reader. */
  get hasReader(): boolean {
    return this.#listeners.length > 0;
  }

  /** Called when a message becomes available, now or after its delay or visibility timeout. */
  onAvailable(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Adds a message; a duplicate within five minutes is accepted and dropped. Returns the message id. */
  send(body: string, options: SendOptions = {}): { readonly id: string; readonly sequence: number } {
    const now = this.platform.clock.now();
    const deduplicationId = this.#deduplicationId(body, options);
    const duplicate = deduplicationId === undefined ? undefined : this.#seen.get(deduplicationId);
    if (duplicate !== undefined && now - duplicate.at < DEDUPLICATION_MS)
      return { id: duplicate.id, sequence: this.#sequence };
    this.#sequence += 1;
    const delay = (options.delaySeconds ?? this.settings.delaySeconds) * 1000;
    const message: Message = {
      id: this.platform.ids.uuid('sqs message'),
      body,
      attributes: options.attributes ?? {},
      group: options.group,
      deduplicationId,
      sequence: this.#sequence,
      sentAt: now,
      visibleAt: now + delay,
      receives: 0,
      firstReceivedAt: undefined,
      receipt: undefined,
    };
    if (deduplicationId !== undefined) this.#seen.set(deduplicationId, { at: now, id: message.id });
    this.#messages.push(message);
    this.#announce(delay);
    return { id: message.id, sequence: message.sequence };
  }

  /** Takes up to `maximum` visible messages; those received too often go to the dead-letter queue instead. */
  receive(maximum: number): readonly Message[] {
    const now = this.platform.clock.now();
    const taken: Message[] = [];
    const locked = new Set(
      this.#messages.filter((one) => one.group !== undefined && one.visibleAt > now).map((one) => one.group),
    );
    for (const message of [...this.#messages]) {
      if (taken.length >= maximum) break;
      if (message.visibleAt > now || (message.group !== undefined && locked.has(message.group))) continue;
      if (this.#redriven(message)) continue;
      message.receives += 1;
      message.firstReceivedAt ??= now;
      message.visibleAt = now + this.settings.visibilitySeconds * 1000;
      message.receipt = this.platform.ids.uuid('sqs receipt');
      taken.push(message);
      this.#announce(this.settings.visibilitySeconds * 1000);
    }
    return taken;
  }

  delete(receipt: string): boolean {
    const index = this.#messages.findIndex((message) => message.receipt === receipt);
    if (index < 0) return false;
    this.#messages.splice(index, 1);
    this.#announce(0);
    return true;
  }

  /** Makes a received message visible again after so many seconds. */
  changeVisibility(receipt: string, seconds: number): boolean {
    const message = this.#messages.find((one) => one.receipt === receipt);
    if (message === undefined) return false;
    message.visibleAt = this.platform.clock.now() + seconds * 1000;
    this.#announce(seconds * 1000);
    return true;
  }

  #deduplicationId(body: string, { deduplicationId }: SendOptions): string | undefined {
    if (!this.settings.fifo || deduplicationId !== undefined) return deduplicationId;
    return this.settings.contentBasedDeduplication ? createHash('sha256').update(body).digest('hex') : undefined;
  }

  #redriven(message: Message): boolean {
    const { redrive } = this.settings;
    if (redrive === undefined || message.receives < redrive.maximum) return false;
    this.#messages.splice(this.#messages.indexOf(message), 1);
    this.redrive(redrive.arn, message);
    return true;
  }

  #announce(delayMs: number): void {
    if (this.#listeners.length === 0) return;
    this.platform.clock.setTimer(
      delayMs,
      () => {
        for (const listener of this.#listeners) listener();
      },
      `sqs/${this.settings.name}/available`,
    );
  }
}
