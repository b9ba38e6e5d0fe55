import type { ScriptedFault } from '../../lab/aws/faults';
import type { CallRow } from '../../lab/aws/recorder';
import type { DeskOptions } from '../../lab/desk/desk';

/** Operations that change something, by service. */
const CHANGING: Readonly<Record<string, RegExp>> = {
  ec2: /^(?!Describe|Get)/,
  ssm: /^SendCommand$/,
  s3: /^(Put|Create|Complete|Upload|Copy|Delete)/,
  states: /^(Start|Send|Stop)/,
  dynamodb: /^(Put|Update|Delete|Transact|BatchWrite)/,
  autoscaling: /^(?!Describe)/,
  elasticloadbalancing: /^(?!Describe)/,
  sqs: /^Send/,
  events: /^Put/,
  kms: /^CreateGrant$/,
  slack: /^(chat|files|views|reactions)\./,
  github: /^(POST|PUT|PATCH|DELETE)/,
};

const changes = ({ service, operation }: CallRow): boolean => CHANGING[service]?.test(operation) === true;

/**
 * How often one function dies in one story: as often as it is tried again. Two retries of an asynchronous invocation, five of a step;
 * a stream and its queues come ten times and a schedule for ever, of which they die eight times.
 */
const DEATHS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(['intake', 'resume'].map((name) => [name, 2])),
  ...Object.fromEntries(['relay', 'announce', 'conduct', 'publish', 'reconcile'].map((name) => [name, 8])),
};
const DEATHS_OF_A_STEP = 5;

/** The Slack edge is left out: nobody redelivers a click. */
const LEFT_OUT = new Set(['slack']);

/** A consumer that works through many rows makes the same call for each: after the third it is the same death again. */
const SAME_CALL = 3;

/**
 * Deaths still to be died: for every function the numbers of those calls, within an invocation, that a golden run showed. A function
 * dies right after such a call took effect, which for a handler that makes one call after the other is also right before the next.
 */
export class Deaths {
  readonly #left = new Map<string, Set<number>>();
  readonly died: string[] = [];

  /** `changing`: after what changes something, three times each in one invocation. `every`: after everything. */
  constructor(golden: readonly CallRow[], after: 'changing' | 'every') {
    const times = new Map<string, number>();
    for (const row of golden) {
      const [name = '', invocation, call] = (row.call ?? '').split('/');
      const same = [name, invocation, row.service, row.operation].join(' ');
      times.set(same, (times.get(same) ?? 0) + 1);
      const repeated = (times.get(same) ?? 0) > SAME_CALL;
      if (call === undefined || LEFT_OUT.has(name) || (after === 'changing' && (repeated || !changes(row)))) continue;
      const calls = this.#left.get(name) ?? new Set();
      this.#left.set(name, calls.add(Number(call)));
    }
  }

  /** What nobody died after yet: `function/call`. */
  left(): readonly string[] {
    return [...this.#left].flatMap(([name, calls]) => [...calls].map((call) => `${name}/${call}`));
  }

  /** For one story: as many of those that are left as its functions survive. */
  crash(): NonNullable<DeskOptions['crash']> {
    const deaths = new Map<string, number>();
    return ({ id }) => {
      const [name = '', , call] = id.split('/');
      const so = deaths.get(name) ?? 0;
      if (so >= (DEATHS[name] ?? DEATHS_OF_A_STEP) || this.#left.get(name)?.delete(Number(call)) !== true)
        return undefined;
      deaths.set(name, so + 1);
      this.died.push(id);
      return 'after';
    };
  }
}

/** Every changing operation that a golden run makes. */
export function changingOperations(rows: readonly CallRow[]): readonly { service: string; operation: string }[] {
  const names = rows.filter(changes).map(({ service, operation }) => `${service} ${operation}`);
  return [...new Set(names)].sort().map((name) => {
    const [service = '', operation = ''] = name.split(' ');
    return { service, operation };
  });
}

/** The answer to the nth call of each operation is lost after it took effect. */
export function lostAnswers(
  operations: readonly { service: string; operation: string }[],
  nth: number,
): readonly ScriptedFault[] {
  return operations.map((one) => ({ ...one, nth, kind: 'timeout-after' as const }));
}
