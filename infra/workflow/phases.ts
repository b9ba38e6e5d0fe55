import { Duration } from 'aws-cdk-lib';
import { JsonPath, Pass, Result, type State } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { SIDE_BY_SIDE } from '../../core/collect/block-hash';
import type { StepName } from '../../core/incident/steps';
import { eachChunk, type Functions, gate, inOrder, onlyWhen, type Piece, phase, sideBySide, step } from './fragments';

/**
 * Backstops of parked steps. The wait's own deadline (state table) answers long before: these only catch a
 * platform that forgot us. Snapshots and copies of 16 TB take hours (lazy, incremental): 24 h.
 */
const BACKSTOP = {
  memoryFirst: Duration.hours(1),
  command: Duration.hours(6),
  snapshot: Duration.hours(24),
  forensicHost: Duration.hours(1),
  github: Duration.hours(24),
} as const;

/** The chunk readers of the disk hash have a quarter of an hour (infra/functions.ts), and the platform a minute. */
const FUNCTION_LONGEST = Duration.minutes(16);

/** What the deployment chose of the workflow (infra/context.ts). */
export interface WorkflowSettings {
  readonly instanceFreeHash: boolean;
  readonly symbolFactory: boolean;
}

const runs = (scope: Construct, fns: Functions, name: StepName, handler: string): Piece =>
  step(scope, fns, name, { handler });
const parks = (scope: Construct, fns: Functions, name: StepName, handler: string, backstop: Duration): Piece =>
  step(scope, fns, name, { handler, parks: backstop });

/** A parked step and the step that judges it: when the judge fails, a person's retry starts the parked one anew. */
function judged(parked: Piece, judge: (retryFrom: State) => Piece): Piece {
  return inOrder(parked, judge(parked.start));
}

/** Look before touching. The order of containment and memory is decided here, from what was seen. */
export function recordEstate(scope: Construct, fns: Functions, onAbort: State): Piece {
  return step(scope, fns, 'Record the estate', {
    handler: 'record-estate',
    onAbort,
    resultPath: '$.estate',
    resultSelector: { 'order.$': '$.Payload.order' },
  });
}

/**
 * Cut the instance off and prove it. Memory comes first only where the isolated host could no longer reach SSM
 * and S3; whatever becomes of it then, containment follows.
 */
export function contain(scope: Construct, fns: Functions, onBreak: State): Piece {
  const memory = inOrder(
    step(scope, fns, 'Capture memory first', { handler: 'capture-memory', parks: BACKSTOP.memoryFirst, never: true }),
    step(scope, fns, 'Verify the first memory image', { handler: 'verify-memory', never: true }),
  );
  const isolate = runs(scope, fns, 'Isolate the instance', 'isolate-instance');
  const cut = inOrder(
    runs(scope, fns, 'Detach from service', 'detach-from-service'),
    runs(scope, fns, 'Protect the instance', 'protect-instance'),
    isolate,
    runs(scope, fns, 'Swap the instance profile', 'swap-profile'),
    step(scope, fns, 'Prove the isolation', { handler: 'prove-isolation', retryFrom: isolate.start }),
  );
  const body = onlyWhen(scope, 'Contain: memory first?', '$.estate.order', 'memory-first', memory, cut);
  return phase(scope, 'Contain', [body], onBreak);
}

/** Everything the host and its volumes can still tell, side by side; one failing branch leaves the others alone. */
export function collect(scope: Construct, fns: Functions, settings: WorkflowSettings): Piece {
  return phase(scope, 'Collect', [
    judged(parks(scope, fns, 'Capture memory', 'capture-memory', BACKSTOP.command), (retryFrom) =>
      step(scope, fns, 'Verify the memory image', { handler: 'verify-memory', retryFrom }),
    ),
    judged(parks(scope, fns, 'Capture volatile state', 'capture-volatile', BACKSTOP.command), (retryFrom) =>
      step(scope, fns, 'Keep the volatile state', { handler: 'keep-volatile', retryFrom }),
    ),
    inOrder(
      judged(parks(scope, fns, 'Snapshot the volumes', 'snapshot-volumes', BACKSTOP.snapshot), (retryFrom) =>
        step(scope, fns, 'Verify the snapshots', { handler: 'verify-snapshots', retryFrom }),
      ),
      judged(parks(scope, fns, 'Copy the snapshots', 'copy-snapshots', BACKSTOP.snapshot), (retryFrom) =>
        step(scope, fns, 'Verify the copies', { handler: 'verify-copies', retryFrom }),
      ),
      blockHash(scope, fns, settings.instanceFreeHash),
    ),
    runs(scope, fns, 'Collect the console', 'collect-console'),
  ]);
}

/**
 * The disks hashed from EBS itself, a Map over chunks. The states are always there; whether a run goes through them is
 * the machine's own setting. A chunk that fails for good is found by the step that keeps the hash.
 */
function blockHash(scope: Construct, fns: Functions, on: boolean): Piece {
  const plan = step(scope, fns, 'Plan the block hash', {
    handler: 'plan-block-hash',
    resultPath: '$.plan',
    resultSelector: { 'chunks.$': '$.Payload.chunks' },
    timeout: FUNCTION_LONGEST,
  });
  const hash = eachChunk(scope, 'Block hash: chunks', {
    itemsPath: '$.plan.chunks',
    atOnce: SIDE_BY_SIDE,
    piece: step(scope, fns, 'Hash the blocks', {
      handler: 'hash-blocks',
      never: true,
      timeout: FUNCTION_LONGEST,
      extra: { chunk: JsonPath.numberAt('$.chunk') },
    }),
  });
  const keep = step(scope, fns, 'Keep the block hash', {
    handler: 'keep-block-hash',
    retryFrom: plan.start,
    timeout: FUNCTION_LONGEST,
  });
  const wanted = new Pass(scope, 'Block hash: setting', {
    // No chunks: a plan that failed and is gone on without leaves the Map nothing to do.
    result: Result.fromObject({ setting: on ? 'on' : 'off', chunks: [] }),
    resultPath: '$.plan',
  });
  const onward = new Pass(scope, 'Block hash: go on');
  const after: Piece = { start: onward, ends: [onward] };
  const body = onlyWhen(scope, 'Block hash: on?', '$.plan.setting', 'on', inOrder(plan, hash, keep), after);
  wanted.next(body.start);
  return { start: wanted, ends: body.ends };
}

/** A forensic instance without internet reads the copies and the memory image. */
export function analyse(scope: Construct, fns: Functions, settings: WorkflowSettings): Piece {
  const host = judged(
    parks(scope, fns, 'Launch the forensic instance', 'launch-forensic', BACKSTOP.forensicHost),
    (retryFrom) =>
      step(scope, fns, 'Attach the evidence volumes', {
        handler: 'attach-evidence',
        parks: BACKSTOP.forensicHost,
        retryFrom,
      }),
  );
  const examine = sideBySide(scope, 'Analyse: side by side', [
    judged(parks(scope, fns, 'Analyse the disks', 'analyse-disk', BACKSTOP.command), (retryFrom) =>
      step(scope, fns, 'Keep the disk results', { handler: 'keep-disk-results', retryFrom }),
    ),
    memoryAnalysis(scope, fns, settings.symbolFactory),
  ]);
  return phase(scope, 'Analyse', [inOrder(host, examine)]);
}

/**
 * Volatility over the image. Where it had no symbols for the kernel, the factory is asked and the image read again; the
 * states are always there, and whether a run goes through them is the deployment's setting and the image's fate.
 */
function memoryAnalysis(scope: Construct, fns: Functions, symbolFactory: boolean): Piece {
  const first = judged(parks(scope, fns, 'Analyse the memory', 'analyse-memory', BACKSTOP.command), (retryFrom) =>
    step(scope, fns, 'Keep the memory results', {
      handler: 'keep-memory-results',
      retryFrom,
      extra: { symbolFactory },
      resultPath: '$.symbols',
      resultSelector: { 'answer.$': '$.Payload.symbols' },
    }),
  );
  const again = inOrder(
    parks(scope, fns, 'Ask for the symbols', 'ask-symbols', BACKSTOP.github),
    judged(parks(scope, fns, 'Analyse the memory again', 'analyse-memory', BACKSTOP.command), (retryFrom) =>
      step(scope, fns, 'Keep the later memory results', {
        handler: 'keep-memory-results',
        retryFrom,
        extra: { symbolFactory },
      }),
    ),
  );
  // A first analysis that failed and is gone on without has no answer.
  const unknown = new Pass(scope, 'Symbols: not known yet', {
    result: Result.fromObject({ answer: 'none' }),
    resultPath: '$.symbols',
  });
  const onward = new Pass(scope, 'Symbols: go on');
  const after: Piece = { start: onward, ends: [onward] };
  const then = onlyWhen(scope, 'Symbols: missing?', '$.symbols.answer', 'ask', again, after);
  unknown.next(first.start);
  return inOrder({ start: unknown, ends: first.ends }, then);
}

/** Seal what was found, then ask GitHub to summarise it; neither waits for a person. */
export function sealAndReport(scope: Construct, fns: Functions): Piece {
  return inOrder(
    runs(scope, fns, 'Seal', 'seal-evidence'),
    parks(scope, fns, 'Report', 'request-report', BACKSTOP.github),
  );
}

/** An offer beside the main line: a gate, then one step; nothing waits for it but the end of the run. */
export function offer(scope: Construct, fns: Functions, name: 'nacl' | 'revoke', act: Piece): Piece {
  const passedBy = new Pass(scope, `Offer ${name}: not taken`);
  return { start: gate(scope, fns, name, { go: act.start, skip: passedBy }), ends: [...act.ends, passedBy] };
}
