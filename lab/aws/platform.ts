import type { AccessControl } from '../iam/access-control';
import type { Clock } from '../time/clock';
import { hexHash, uuidHash } from '../time/seeded';
import type { Recorder } from './recorder';

/** Ids of one lab: each kind is counted, and the nth of a kind is the same in every run with the same seed. */
export class LabIds {
  readonly #counts = new Map<string, number>();

  constructor(private readonly seed: string) {}

  #next(kind: string): number {
    const next = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, next);
    return next;
  }

  uuid(kind: string): string {
    return uuidHash(this.seed, kind, this.#next(kind));
  }

  hex(kind: string, length: number): string {
    return hexHash(length, this.seed, kind, this.#next(kind));
  }
}

/** What every double of the platform lives on. */
export interface Platform {
  readonly clock: Clock;
  readonly seed: string;
  readonly ids: LabIds;
  readonly access: AccessControl;
  readonly recorder: Recorder;
  /** Base URL of the AWS endpoint as product code sees it: the same in every run. */
  readonly endpoint: string;
  /** Puts an event on the default bus of the account it names. */
  emit(event: BusEvent): void;
}

/** An event in EventBridge's envelope. */
export interface BusEvent {
  readonly version: string;
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** EventBridge writes whole seconds. */
export function eventTime(now: number): string {
  return new Date(now).toISOString().replace(/\.[0-9]{3}Z$/, 'Z');
}

/** A member of an untyped JSON object that must be text. */
export function textOf(value: unknown, fallback = ''): string {
  return typeof value === 'string' ? value : fallback;
}

export function dictOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
