import type { BusEvent, Platform } from '../platform';
import { eventTime } from '../platform';
import { matchesPattern } from './pattern';
import { nextFiring } from './schedule';
import { type InputSettings, targetInput } from './transform';

export interface Target {
  readonly id: string;
  readonly arn: string;
  readonly roleArn: string | undefined;
  readonly input: InputSettings;
  readonly messageGroup: string | undefined;
  readonly deadLetterArn: string | undefined;
  readonly retryAttempts: number;
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly busArn: string;
  readonly enabled: boolean;
  readonly pattern: unknown;
  readonly schedule: string | undefined;
  readonly targets: readonly Target[];
}

/** Hands one text to one target; false when the target would not take it (no permission, not there). */
export type Deliver = (target: Target, rule: Rule, body: string) => Promise<boolean>;

/** EventBridge takes about half a second from event to target (p50 of its published latency); a little less here. */
const DELIVERY_MS = 300;

/** All buses, rules and schedules of a lab. */
export class EventBuses {
  readonly #rules: Rule[] = [];
  readonly #listeners: ((busArn: string, event: BusEvent) => void)[] = [];
  #paused = false;
  #underWay = 0;

  constructor(
    private readonly platform: Platform,
    private readonly deliver: Deliver,
    private readonly deadLetter: (queueArn: string, body: string) => void,
  ) {}

  /** Adds a rule; a scheduled one begins to fire. */
  add(rule: Rule): void {
    this.#rules.push(rule);
    if (rule.schedule !== undefined && rule.enabled) this.#arm(rule, rule.schedule);
  }

  rules(): readonly Rule[] {
    return this.#rules;
  }

  /** Tells of every event on any bus, matched or not. */
  onEvent(listener: (busArn: string, event: BusEvent) => void): void {
    this.#listeners.push(listener);
  }

  /** Schedules fall silent: a lab that is over has nothing left to remind anybody of. */
  pauseSchedules(): void {
    this.#paused = true;
  }

  /** Events on their way to a target. */
  get underWay(): number {
    return this.#underWay;
  }

  put(busArn: string, event: BusEvent): void {
    for (const listener of this.#listeners) listener(busArn, event);
    for (const rule of this.#rules) {
      const wanted = rule.enabled && rule.busArn === busArn && rule.pattern !== undefined;
      if (wanted && matchesPattern(rule.pattern, event)) this.#fire(rule, event);
    }
  }

  #arm(rule: Rule, expression: string): void {
    const wait = nextFiring(expression, this.platform.clock.now());
    if (!Number.isFinite(wait)) return;
    this.platform.clock.setTimer(
      wait,
      () => {
        if (this.#paused) return;
        this.#arm(rule, expression);
        this.#fire(rule, this.#scheduledEvent(rule));
      },
      `events/${rule.name}/schedule`,
    );
  }

  #scheduledEvent(rule: Rule): BusEvent {
    const [, , , region = '', account = ''] = rule.arn.split(':');
    return {
      version: '0',
      id: this.platform.ids.uuid(`schedule ${rule.name}`),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account,
      time: eventTime(this.platform.clock.now()),
      region,
      resources: [rule.arn],
      detail: {},
    };
  }

  #fire(rule: Rule, event: BusEvent): void {
    for (const target of rule.targets) {
      const body = targetInput(event, target.input, rule, this.platform.clock.now());
      const key = `events/${rule.name}/${target.id}/${event.id}`;
      this.#underWay += 1;
      this.platform.clock.setTimer(DELIVERY_MS, () => void this.#attempt(rule, target, body), key);
    }
  }

  async #attempt(rule: Rule, target: Target, body: string): Promise<void> {
    this.#underWay -= 1;
    // A target that refuses for want of permission is not retried: EventBridge sends it to the dead-letter queue at once.
    if (await this.deliver(target, rule, body)) return;
    if (target.deadLetterArn !== undefined) this.deadLetter(target.deadLetterArn, body);
  }
}
