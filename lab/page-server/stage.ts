import { COMMAND_ROWS, usageOf } from '../../bot/commands/table';
import { createDesk, type Desk, type DeskOptions } from '../desk/desk';
import { attackViews, type FindingEvent, partiesOf } from './attacks';
import { estateView } from './estate-view';
import type { Gesture } from './gestures';
import { githubView, REVIEWED_ENVIRONMENTS } from './github-view';
import type { Journal, JournalEntry } from './journal';
import { LedgerWatch } from './ledger-watch';
import { machineGraph } from './machine-graph';
import type { GestureAnswer, MachineView, PageState, SlackWeather, StageView } from './model';
import { Pacer } from './pacer';
import { perform } from './perform';
import { runView } from './run-view';
import { peopleOf, slackView } from './slack-view';

export interface StageOptions {
  readonly desk: Omit<DeskOptions, 'time' | 'onSlack'>;
  readonly generation: number;
  readonly journal: Journal;
  /** Told between steps of the clock. */
  readonly changed: () => void;
}

/** Skipping ahead goes no further than this without anything to see. */
const SKIP_LIMIT_MS = 6 * 3600 * 1000;

/** One life of the lab on the page: a desk, a pace, the gestures so far. */
export class Stage {
  readonly ledger: LedgerWatch;
  readonly #pacer: Pacer;
  readonly #remotes = new Map<string, string>();
  readonly #machines: Readonly<Record<string, MachineView>>;
  readonly #fixed: Pick<StageView, 'people' | 'commands' | 'attacks'>;
  #busy: string | undefined;
  #weather: SlackWeather = 'well';
  #played = 0;

  private constructor(
    readonly desk: Desk,
    private readonly options: StageOptions,
  ) {
    this.ledger = new LedgerWatch(desk.lab, desk.rulebook.policy);
    this.#pacer = new Pacer(desk.lab, () => this.#between());
    const machines = desk.lab.services.machines.all();
    this.#machines = Object.fromEntries(
      machines.map(({ name, definition }) => [name, { name, graph: machineGraph(definition) }]),
    );
    this.#fixed = {
      people: peopleOf(desk.slack.workspace, desk.rulebook.policy),
      attacks: attackViews(),
      commands: COMMAND_ROWS.map((row) => {
        const { path, summary, example, changes } = row;
        return { path, summary, example, changes, usage: usageOf(row) };
      }),
    };
  }

  static async open(options: StageOptions): Promise<Stage> {
    const desk = await createDesk({ ...options.desk, time: 'virtual' });
    for (const environment of REVIEWED_ENVIRONMENTS) desk.github.reviews.require(environment);
    return new Stage(desk, options);
  }

  /** Plays recorded gestures at their times, without waiting, then walks on from there. */
  async begin(entries: readonly JournalEntry[]): Promise<void> {
    this.options.journal.begin(entries);
    if (entries.length > 0) this.#busy = 'Playing the kept state again';
    const { lab } = this.desk;
    for (const { at, gesture } of entries) {
      if (at > lab.clock.now()) await lab.runFor(at - lab.clock.now());
      this.#start(gesture);
    }
    this.#busy = undefined;
    this.#pacer.start();
  }

  /** Takes a gesture at the next moment of rest, writes it down and answers what came of it. */
  act(gesture: Gesture): Promise<GestureAnswer> {
    if (gesture.kind === 'skip') return this.#skip(gesture.to);
    return new Promise((resolve) => {
      this.#pacer.input(() => {
        this.options.journal.add({ at: this.desk.lab.clock.now(), gesture });
        void this.#start(gesture).then(resolve);
      });
    });
  }

  /** Runs ahead, as fast as it goes, until the predicate holds. */
  async ahead(why: string, until: () => boolean, limitMs = SKIP_LIMIT_MS): Promise<void> {
    this.#busy = why;
    await this.#pacer.skip(until, limitMs);
    this.#busy = undefined;
    this.#markTime();
  }

  async close(): Promise<void> {
    await this.#pacer.stop();
    this.#markTime();
    await this.desk.close();
  }

  snapshot(): PageState {
    const { desk } = this;
    const { lab } = desk;
    return {
      stage: {
        ...this.#fixed,
        generation: this.options.generation,
        now: new Date(lab.clock.now()).toISOString(),
        slackWeather: this.#weather,
        githubDown: desk.github.double.outage !== undefined,
        played: this.#played,
        ...(this.#busy === undefined ? {} : { busy: this.#busy }),
      },
      slack: slackView(desk.slack.workspace),
      machines: this.#machines,
      runs: Object.fromEntries(lab.services.executions.all().map((run) => [run.name, runView(run)])),
      estates: Object.fromEntries(
        lab.estates.all().map((estate) => {
          const { account, region } = estate.parts;
          return [`${account}/${region}`, estateView(estate, { remotes: this.#remotes })];
        }),
      ),
      incidents: this.ledger.views,
      github: githubView(desk.github, desk.rulebook.policy),
    };
  }

  /** Writes down how far time has come, so that a restart plays up to here. */
  #markTime(): void {
    this.options.journal.add({ at: this.desk.lab.clock.now(), gesture: { kind: 'skip', to: 'change' } });
  }

  async #between(): Promise<void> {
    await this.ledger.refresh();
    this.options.changed();
  }

  async #skip(to: 'change' | 'question'): Promise<GestureAnswer> {
    const look = to === 'change' ? () => this.#visible() : () => this.#questions();
    const before = look();
    const over = () => to === 'question' && this.#onlyPeople();
    await this.ahead('Skipping ahead', () => look() !== before || over());
    return { ok: true };
  }

  /** Changes whenever something new is said in Slack. */
  #visible(): string {
    const { messages } = this.desk.slack.workspace;
    return `${messages.length} ${this.#questions()}`;
  }

  #questions(): string {
    const open = Object.values(this.ledger.views).flatMap(({ id, gates }) => gates.map(({ name }) => `${id} ${name}`));
    return open.join();
  }

  /** Whether every run has ended or waits for people alone. */
  #onlyPeople(): boolean {
    const { executions } = this.desk.lab.services;
    if (!this.ledger.isCurrent || !this.desk.lab.atRest() || this.desk.github.underWay > 0) return false;
    return executions.all().every((run) => {
      const waits = this.ledger.views[runView(run).incident]?.waits ?? [];
      const human = waits.length > 0 && waits.every(({ kind }) => kind === 'gate' || kind === 'failure');
      return run.result !== undefined || human;
    });
  }

  #start(gesture: Gesture): Promise<GestureAnswer> {
    if (gesture.kind === 'skip') return Promise.resolve({ ok: true });
    if (gesture.kind === 'slack-weather') this.#weather = gesture.weather;
    const { seed } = this.options.desk;
    return perform(gesture, { desk: this.desk, seed, play: (event, afterMs) => this.#play(event, afterMs) });
  }

  #play(event: FindingEvent, afterMs: number): void {
    this.#played += 1;
    const parties = partiesOf(event);
    if (parties !== undefined) this.#remotes.set(parties.instance, parties.remote);
    this.desk.prepare(event);
    const put = (): void => this.desk.lab.putEvent(event);
    this.desk.lab.clock.setTimer(afterMs, put, `finding ${this.#played}`);
  }
}
