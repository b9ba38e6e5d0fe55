import { isDeepStrictEqual } from 'node:util';
import type { TaskCall } from '../../lab/aws/asl/execution';
import { isObject, ownProperty, toJson } from '../../lab/aws/asl/json';
import { StatesError } from '../../lab/aws/asl/states-error';
import { Run } from '../lab/asl/virtual-host';
import { Moto, motoVersion, type Outcome, sleep } from '../support/moto';
import { type Answer, type Case, MISSING_TABLE } from './asl-case';
import { CASES } from './asl-cases';

/** The world of the cases: every function echoes its payload, the table is missing. */
function world(call: TaskCall): unknown {
  if (call.resource.startsWith('lambda:invoke')) return field(call.parameters, 'Payload');
  throw new StatesError({ error: MISSING_TABLE, cause: 'Requested resource not found' });
}

function field(value: unknown, name: string) {
  const json = toJson(value);
  return isObject(json) ? (ownProperty(json, name) ?? null) : null;
}

async function ours({ definition, input = {}, answers = [] }: Case): Promise<Outcome> {
  const run = new Run(definition, { input, answer: world });
  let at = 0;
  for (const answer of answers) {
    at += answer.afterMs;
    run.host.at(at, () => {
      if (answer.send === 'success') run.execution.sendTaskSuccess('token-1', '{"answer":42}');
      else if (answer.send === 'failure') run.execution.sendTaskFailure('token-1', 'Rejected', 'no');
      else run.execution.sendTaskHeartbeat('token-1');
    });
  }
  const result = await run.finish();
  const entered = run.entered();
  if (result.status === 'SUCCEEDED') return { status: result.status, output: JSON.parse(result.output), entered };
  // DescribeExecution of a timed-out execution carries no error in moto.
  const error = result.status === 'TIMED_OUT' ? undefined : result.error;
  return { status: result.status, ...(error === undefined ? {} : { error }), entered };
}

async function theirs(moto: Moto, name: string, { definition, input = {}, answers = [] }: Case): Promise<Outcome> {
  const arn = await moto.begin(name, definition, input);
  for (const answer of answers) {
    await sleep(answer.afterMs);
    await send(moto, await tokenOf(moto, arn), answer);
  }
  return moto.outcome(arn);
}

async function tokenOf(moto: Moto, arn: string): Promise<string> {
  for (;;) {
    const [parameters] = await moto.scheduled(arn);
    const token = field(field(parameters, 'Payload'), 'token');
    if (typeof token === 'string') return token;
    await sleep(50);
  }
}

async function send(moto: Moto, taskToken: string, answer: Answer): Promise<void> {
  // The token is in the history a moment before moto listens for it.
  const operations = {
    success: () => moto.call('SendTaskSuccess', { taskToken, output: '{"answer":42}' }),
    failure: () => moto.call('SendTaskFailure', { taskToken, error: 'Rejected', cause: 'no' }),
    heartbeat: () => moto.call('SendTaskHeartbeat', { taskToken }),
  };
  for (let left = 20; ; left--) {
    try {
      await operations[answer.send]();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await sleep(100);
    }
  }
}

function comparable(outcome: Outcome, { unordered }: Case): Outcome {
  return unordered ? { ...outcome, entered: outcome.entered.toSorted() } : outcome;
}

const version = motoVersion();

if (version === undefined) {
  test.skip(`${CASES.length} differential cases: Python 3 with moto[server,stepfunctions] is not installed`, () =>
    undefined);
} else {
  describe(`the interpreter and moto ${version} agree`, () => {
    const answers = new Map<Case, Promise<Outcome>>();
    const report: string[] = [];
    let moto: Moto;

    beforeAll(async () => {
      moto = await Moto.start();
      // All at once: most of a case is waiting.
      for (const [i, one] of CASES.entries()) {
        const answer = theirs(moto, `case-${i}`, one);
        answer.catch(() => undefined);
        answers.set(one, answer);
      }
    }, 90_000);

    afterAll(async () => {
      await moto.stop();
      process.stderr.write(`moto ${version}, ${report.length} of ${CASES.length} cases:\n  ${report.join('\n  ')}\n`);
    });

    test.each(CASES.map((one) => [one.title, one] as const))(
      '%s',
      async (_, one) => {
        const reference = await answers.get(one);
        if (reference === undefined) throw new Error('the case was never started');
        const mine = comparable(await ours(one), one);
        const agrees = isDeepStrictEqual(mine, comparable(reference, one));
        if (one.deviation) {
          expect(mine).toMatchObject(one.deviation.expected);
          report.push(`${agrees ? 'no longer deviates' : 'deviates'}: ${one.title}\n    ${one.deviation.fact}`);
        } else {
          expect(mine).toEqual(comparable(reference, one));
          report.push(`agrees: ${one.title}`);
        }
      },
      120_000,
    );
  });
}
