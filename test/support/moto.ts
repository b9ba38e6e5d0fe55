import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';

const REGION = 'us-east-1';

/** How an execution ended: what two interpreters are compared by. */
export interface Outcome {
  status: string;
  output?: unknown;
  error?: string;
  entered: string[];
}

/** The version of the installed moto, when Python has it together with what executing state machines needs; else undefined. */
export function motoVersion(): string | undefined {
  const probe = 'import moto.server, moto.stepfunctions.parser.models, moto; print(moto.__version__)';
  const found = spawnSync('python3', ['-c', probe], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

/** A moto server of its own, spoken to over plain HTTP: it checks no signatures. */
export class Moto {
  private constructor(
    private readonly endpoint: string,
    readonly stop: () => Promise<void>,
  ) {}

  /** Starts a server, waits until it answers (at most 20 s) and switches on the execution of state machines without Docker. */
  static async start(): Promise<Moto> {
    const port = await freePort();
    const child = spawn('python3', [join(__dirname, 'moto-server.py'), String(port)], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const moto = new Moto(`http://127.0.0.1:${port}`, async () => {
      child.stdin.end();
      await exited;
    });
    const config = { stepfunctions: { execute_state_machine: true }, lambda: { use_docker: false } };
    const deadline = Date.now() + 60_000;
    for (;;) {
      const answer = await fetch(`${moto.endpoint}/moto-api/config`, {
        method: 'POST',
        body: JSON.stringify(config),
      }).catch(() => undefined);
      if (answer?.ok) return moto;
      if (Date.now() > deadline || child.exitCode !== null) throw new Error('moto did not start');
      await sleep(200);
    }
  }

  /** Calls one Step Functions operation; an error answer throws with its type. */
  async call(operation: string, body: object): Promise<Record<string, unknown>> {
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.0',
        'X-Amz-Target': `AWSStepFunctions.${operation}`,
        Authorization: `AWS4-HMAC-SHA256 Credential=test/20260131/${REGION}/states/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(body),
    });
    const answer: Record<string, unknown> = JSON.parse((await response.text()) || '{}');
    if (!response.ok)
      throw new Error(`${operation}: ${String(answer.__type)} ${String(answer.message ?? answer.Message)}`);
    return answer;
  }

  /** Creates a machine and starts one execution of it; gives the execution's ARN. */
  async begin(name: string, definition: object, input: unknown): Promise<string> {
    const machine = await this.call('CreateStateMachine', {
      name,
      definition: JSON.stringify(definition),
      roleArn: 'arn:aws:iam::123456789012:role/workflow',
    });
    const execution = await this.call('StartExecution', {
      stateMachineArn: machine.stateMachineArn,
      name: 'run-1',
      input: JSON.stringify(input),
    });
    return String(execution.executionArn);
  }

  /** The parsed parameters of every TaskScheduled event so far. */
  async scheduled(executionArn: string): Promise<unknown[]> {
    return (await this.events(executionArn)).flatMap((event) => {
      const details = record(event.taskScheduledEventDetails);
      return details === undefined ? [] : [JSON.parse(String(details.parameters))];
    });
  }

  /** Waits (at most 90 s) until an execution has ended. */
  async outcome(executionArn: string): Promise<Outcome> {
    const deadline = Date.now() + 90_000;
    for (;;) {
      const described = await this.call('DescribeExecution', { executionArn });
      if (described.status !== 'RUNNING') {
        const entered = (await this.events(executionArn)).flatMap((event) => {
          const details = record(event.stateEnteredEventDetails);
          return details === undefined ? [] : [String(details.name)];
        });
        return {
          status: String(described.status),
          ...(typeof described.output === 'string' && { output: JSON.parse(described.output) }),
          ...(typeof described.error === 'string' && { error: described.error }),
          entered,
        };
      }
      if (Date.now() > deadline) throw new Error(`moto did not end ${executionArn}`);
      await sleep(100);
    }
  }

  private async events(executionArn: string): Promise<Record<string, unknown>[]> {
    const { events } = await this.call('GetExecutionHistory', { executionArn, maxResults: 1000 });
    return Array.isArray(events) ? events.map((event: unknown) => record(event) ?? {}) : [];
  }
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
