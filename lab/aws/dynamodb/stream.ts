import type { Functions } from '../lambda/functions';
import { dictOf, listOf, type Platform, textOf } from '../platform';
import type { TableWrite } from './double';

export interface StreamSource {
  readonly functionArn: string;
  readonly batchSize: number;
  /** Attempts after the first; -1: until the record expires after 24 hours. */
  readonly retryAttempts: number;
  readonly bisects: boolean;
  readonly reportsItems: boolean;
  /** Where a description of records that were given up on goes. */
  readonly onFailure: ((body: string) => void) | undefined;
}

interface StreamRecord {
  readonly sequence: string;
  readonly body: object;
}

/** Lambda polls a shard four times a second (Lambda Developer Guide, DynamoDB streams). */
const POLL_MS = 250;
/** How long a poller whose role may not read waits before it tries again. */
const DENIED_MS = 60_000;
/** Backoff between attempts at a failing batch; Lambda publishes no figures, these start at a second and end at a minute. */
const backoffMs = (attempt: number): number => Math.min(1000 * 2 ** attempt, 60_000);

/** One stream and the function that reads it: one shard, in order, a failing batch holding up what comes after it. */
export class StreamReader {
  #pending: StreamRecord[] = [];
  #sequence = 0;
  #reading = false;

  constructor(
    private readonly platform: Platform,
    private readonly functions: Functions,
    private readonly source: StreamSource,
    private readonly allowed: () => boolean,
  ) {}

  /** Records not yet handed over: a lab is at rest when there are none. */
  get backlog(): number {
    return this.#pending.length;
  }

  add(write: TableWrite): void {
    this.#sequence += 1;
    const sequence = String(this.#sequence).padStart(24, '1');
    this.#pending.push({ sequence, body: streamRecord(write, sequence, this.platform) });
    if (this.#reading) return;
    this.#reading = true;
    this.#later(POLL_MS);
  }

  #later(ms: number): void {
    this.platform.clock.setTimer(ms, () => void this.#read(), `stream/${this.source.functionArn}`);
  }

  async #read(): Promise<void> {
    if (this.#pending.length > 0) {
      if (!this.allowed()) return this.#later(DENIED_MS);
      await this.#deliver(this.#pending.slice(0, this.source.batchSize), 0);
    }
    this.#reading = this.#pending.length > 0;
    if (this.#reading) this.#later(POLL_MS);
  }

  /** Hands over a batch until all of it is taken or given up. Every record taken leaves the front of the queue. */
  async #deliver(batch: readonly StreamRecord[], attempt: number): Promise<void> {
    const { result } = await this.functions.invoke(this.source.functionArn, { Records: batch.map(({ body }) => body) });
    const taken = result.ok ? this.#taken(result.payload, batch) : 0;
    this.#pending = this.#pending.slice(taken);
    const rest = batch.slice(taken);
    if (rest.length === 0) return;
    if (this.source.retryAttempts >= 0 && attempt >= this.source.retryAttempts) {
      this.#giveUp(rest, result.ok ? 'batch item failures' : result.errorType);
      return;
    }
    await new Promise<void>((resolve) => {
      this.platform.clock.setTimer(backoffMs(attempt), resolve, `stream/${this.source.functionArn}/retry`);
    });
    // A batch that fails as a whole is halved; halves have the attempts of the whole behind them.
    const half = this.source.bisects && !result.ok && rest.length > 1 ? Math.ceil(rest.length / 2) : rest.length;
    await this.#deliver(rest.slice(0, half), attempt + 1);
    if (half < rest.length) await this.#deliver(rest.slice(half), attempt + 1);
  }

  /** How many records from the front are done with: everything before the first reported failure. */
  #taken(payload: unknown, batch: readonly StreamRecord[]): number {
    if (!this.source.reportsItems) return batch.length;
    const failed = listOf(dictOf(payload).batchItemFailures).map((item) => textOf(dictOf(item).itemIdentifier));
    const first = batch.findIndex(({ sequence }) => failed.includes(sequence));
    return first < 0 ? (failed.length > 0 ? 0 : batch.length) : first;
  }

  #giveUp(rest: readonly StreamRecord[], condition: string): void {
    this.#pending = this.#pending.slice(rest.length);
    const range = {
      startSequenceNumber: rest[0]?.sequence,
      endSequenceNumber: rest.at(-1)?.sequence,
      batchSize: rest.length,
    };
    this.source.onFailure?.(
      JSON.stringify({
        requestContext: { functionArn: this.source.functionArn, condition },
        DDBStreamBatchInfo: range,
      }),
    );
  }
}

function streamRecord({ table, before, after }: TableWrite, sequence: string, platform: Platform): object {
  const view = table.stream?.view ?? 'KEYS_ONLY';
  const image = after ?? before ?? {};
  const has = (kind: string): boolean => view === kind || view === 'NEW_AND_OLD_IMAGES';
  return {
    eventID: platform.ids.hex('stream event', 32),
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: table.arn.split(':')[3],
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(platform.clock.now() / 1000),
      Keys: Object.fromEntries(table.keys.map((name) => [name, image[name]])),
      ...(has('NEW_IMAGE') && after !== undefined ? { NewImage: after } : {}),
      ...(has('OLD_IMAGE') && before !== undefined ? { OldImage: before } : {}),
      SequenceNumber: sequence,
      SizeBytes: JSON.stringify(image).length,
      StreamViewType: view,
    },
    eventSourceARN: table.stream?.arn,
  };
}
