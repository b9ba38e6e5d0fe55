import {
  type AslHost,
  Execution,
  type ExecutionResult,
  type TaskCall,
  type TaskResult,
} from '../../../lab/aws/asl/execution';
import type { HistoryEvent } from '../../../lab/aws/asl/history-event';

export const START = Date.parse('2026-01-31T12:00:00Z');

export type Answer = (call: TaskCall, run: Run) => unknown;

/** A host on virtual time: a timer fires only when nothing else is left to do. */
export class VirtualHost implements AslHost {
  time = START;
  readonly calls: TaskCall[] = [];
  readonly slept: number[] = [];
  readonly timerKeys: string[] = [];
  #timers: { at: number; fire: () => void; key: string }[] = [];
  #tokens = 0;
  randoms: number[] = [];

  constructor(private readonly answer: (call: TaskCall) => unknown) {}

  now(): number {
    return this.time;
  }

  setTimer(ms: number, fire: () => void, key: string): () => void {
    const timer = { at: this.time + ms, fire, key };
    this.slept.push(ms);
    this.timerKeys.push(key);
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  async invokeTask(call: TaskCall): Promise<TaskResult> {
    this.calls.push(call);
    return { output: await this.answer(call) };
  }

  newTaskToken(): string {
    this.#tokens += 1;
    return `token-${this.#tokens}`;
  }

  random(): number {
    return this.randoms.shift() ?? 0.5;
  }

  get pending(): number {
    return this.#timers.length;
  }

  /** Runs at `ms` from the start, like any other timer. */
  at(ms: number, run: () => void): void {
    this.#timers.push({ at: START + ms, fire: run, key: `test:${ms}` });
  }

  /** Jumps to the next timer; false when there is none. */
  next(): boolean {
    this.#timers.sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
    const timer = this.#timers.shift();
    if (timer === undefined) return false;
    this.time = Math.max(this.time, timer.at);
    timer.fire();
    return true;
  }
}

/** One execution under test. */
export class Run {
  readonly events: HistoryEvent[] = [];
  readonly host: VirtualHost;
  readonly execution: Execution;

  constructor(definition: unknown, { input = {}, answer = () => null }: { input?: unknown; answer?: Answer } = {}) {
    this.host = new VirtualHost((call) => answer(call, this));
    this.execution = new Execution(
      definition,
      {
        name: 'run-1',
        arn: 'arn:aws:states:eu-central-1:111122223333:execution:machine:run-1',
        roleArn: 'arn:aws:iam::111122223333:role/workflow',
        stateMachineArn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:machine',
        input,
        startTime: START,
      },
      this.host,
      (event) => this.events.push(event),
    );
  }

  /** Starts and jumps from timer to timer until the end; throws when nothing is left to wait for. */
  async finish(): Promise<ExecutionResult> {
    const ended: { result?: ExecutionResult } = {};
    void this.execution.start().then((result) => {
      ended.result = result;
    });
    for (;;) {
      await settled();
      if (ended.result) return ended.result;
      if (!this.host.next()) throw new Error('the execution waits for something that nothing will bring');
    }
  }

  types(): string[] {
    return this.events.map((event) => event.type);
  }

  /** `id<previous` of every event: the chain. */
  chain(): string[] {
    return this.events.map((event) => `${event.id}<${event.previousEventId}`);
  }

  entered(): string[] {
    return this.events.flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
  }
}

/** Everything that promises alone can still do is done. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Runs to the end and gives the parsed output; fails loudly when the run did. */
export async function outputOf(definition: unknown, input?: unknown, answer?: Answer): Promise<unknown> {
  const result = await new Run(definition, { input, ...(answer && { answer }) }).finish();
  if (result.status !== 'SUCCEEDED') throw new Error(`${result.status}: ${result.error} ${result.cause}`);
  return JSON.parse(result.output);
}

/** A machine of states that follow each other in the order given, unless one says otherwise. */
export function machine(states: Record<string, Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(states);
  const linked = names.map((name, i) => {
    const state = states[name] ?? {};
    const placed = 'Next' in state || 'End' in state || ['Choice', 'Succeed', 'Fail'].includes(String(state.Type));
    const next = names[i + 1];
    return [name, placed ? state : { ...state, ...(next === undefined ? { End: true } : { Next: next }) }];
  });
  return { StartAt: names[0], States: Object.fromEntries(linked) };
}

export const INVOKE = 'arn:aws:states:::lambda:invoke';
export const PARK = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
