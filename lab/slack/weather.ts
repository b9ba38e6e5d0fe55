/** What is wrong with Slack in a window of lab time. */
export interface Storm {
  /** ISO times; `to` is not included. */
  readonly from: string;
  readonly to: string;
  /** `down`: 503 and nothing happens. `limited`: 429. `lost-answer`: it happens, and the caller never hears. */
  readonly kind: 'down' | 'limited' | 'lost-answer';
  readonly retryAfter?: number;
  /** Only this method or channel; all when left out. */
  readonly method?: string;
  readonly channel?: string;
}

/** Slack's bad days, by the lab's clock. */
export class Weather {
  private storms: Storm[] = [];

  add(storm: Storm): void {
    this.storms.push(storm);
  }

  clear(): void {
    this.storms = [];
  }

  at(now: Date, method: string, channel: string | undefined): (Storm & { readonly retryAfter: number }) | undefined {
    const iso = now.toISOString();
    const storm = this.storms.find(
      (s) =>
        s.from <= iso &&
        iso < s.to &&
        (s.method === undefined || s.method === method) &&
        (s.channel === undefined || s.channel === channel),
    );
    return storm ? { retryAfter: 1, ...storm } : undefined;
  }
}
