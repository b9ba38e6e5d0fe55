import type { Gesture } from './gestures';
import { Journal, type JournalEntry } from './journal';
import { type Patch, patchBetween } from './merge-patch';
import type { GestureAnswer, PageState } from './model';
import { Stage, type StageOptions } from './stage';

export interface TheatreOptions {
  readonly desk: StageOptions['desk'];
  /** Digest of all that decides how recorded gestures play out. */
  readonly sources: string;
  /** Where gestures are kept; none: nowhere. */
  readonly journal?: string;
}

/** What watchers are told: everything at first, then what changed. */
export type Update = { readonly full: PageState } | { readonly patch: Patch };

/** More often than this nobody is told of anything. */
const TELL_EVERY_MS = 120;
/** The lab's clock alone is news this often. */
const CLOCK_EVERY_MS = 1000;

/** The stage of now, its audience, and the curtain between two of them. */
export class Theatre {
  #stage: Stage | undefined;
  #generation = 0;
  #shown: PageState | undefined;
  #toldAt = 0;
  readonly #watchers = new Set<(update: Update) => void>();
  readonly #journal: Journal;

  constructor(private readonly options: TheatreOptions) {
    this.#journal = new Journal(options.journal, { sources: options.sources, seed: options.desk.seed });
  }

  /** The kept gestures that can be played again, or why they cannot. */
  kept(): readonly JournalEntry[] | string {
    return this.#journal.read();
  }

  /** Opens a fresh stage, playing these gestures first. The stage before is closed. */
  async open(entries: readonly JournalEntry[] = []): Promise<Stage> {
    const before = this.#stage;
    this.#stage = undefined;
    await before?.close();
    this.#generation += 1;
    const { desk } = this.options;
    const stage = await Stage.open({
      desk,
      generation: this.#generation,
      journal: this.#journal,
      changed: () => this.#tell(),
    });
    this.#stage = stage;
    await stage.begin(entries);
    await stage.ledger.refresh(true);
    this.#shown = stage.snapshot();
    this.#send({ full: this.#shown });
    return stage;
  }

  get stage(): Stage | undefined {
    return this.#stage;
  }

  async act(gesture: Gesture): Promise<GestureAnswer> {
    return this.#stage?.act(gesture) ?? { ok: false, said: 'The lab is starting: try again in a moment.' };
  }

  /** Tells this watcher everything now and changes from now on; the returned function ends it. */
  watch(watcher: (update: Update) => void): () => void {
    if (this.#stage !== undefined) this.#show(this.#stage.snapshot());
    if (this.#shown !== undefined) watcher({ full: this.#shown });
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  async close(): Promise<void> {
    await this.#stage?.close();
    this.#stage = undefined;
  }

  #tell(): void {
    if (this.#watchers.size === 0 || this.#stage === undefined) return;
    if (performance.now() - this.#toldAt >= TELL_EVERY_MS) this.#show(this.#stage.snapshot());
  }

  /** Tells everybody what is new since the last time. */
  #show(next: PageState): void {
    const now = performance.now();
    const patch = this.#shown === undefined ? undefined : patchBetween(this.#shown, next);
    const stale = this.#shown === undefined || patch !== undefined;
    if (!stale || (patch !== undefined && onlyClock(patch) && now - this.#toldAt < CLOCK_EVERY_MS)) return;
    this.#toldAt = now;
    this.#shown = next;
    this.#send(patch === undefined ? { full: next } : { patch });
  }

  #send(update: Update): void {
    for (const watcher of this.#watchers) watcher(update);
  }
}

function onlyClock(patch: Patch): boolean {
  const { stage, ...rest } = patch;
  return Object.keys(rest).length === 0 && JSON.stringify(Object.keys(Object(stage))) === '["now"]';
}
