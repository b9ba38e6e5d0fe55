import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installed } from '../support/sleuth-kit';
import { writeGeneratedBodyfile } from './generated-bodyfile';

export interface TimelineMeasure {
  readonly name: 'timeline';
  readonly lines: number;
  readonly input_mb: number;
  /** From starting `cordon timeline` to its end, Node's own start and TypeScript's loading included. */
  readonly ours_s: number;
  readonly peak_rss_mb: number | undefined;
  readonly mactime_s: number | undefined;
  readonly mactime_rss_mb: number | undefined;
  /** mactime's seconds over ours, both of this run. */
  readonly ratio: number | undefined;
  /** Seconds of processor time, which a busy machine does not stretch, and their ratio. */
  readonly ours_cpu_s: number | undefined;
  readonly mactime_cpu_s: number | undefined;
  readonly cpu_ratio: number | undefined;
  readonly output_equal: boolean | undefined;
}

export interface TimelineBenchOptions {
  /** Lines of each generated bodyfile; three timeline rows a line. */
  readonly lines?: readonly number[];
  /** mactime keeps every row in memory (1.1 GB for a million lines): longer inputs are ours alone. */
  readonly mactimeUpTo?: number;
}

const ROOT = join(__dirname, '..', '..');
/** A quarter, one and four million: time against mactime, and peak memory against input size. */
const DEFAULT_LINES = [250_000, 1_000_000, 4_000_000];

/** One measure for each input size; mactime in the same run where it is installed. */
export async function timelineBench(options: TimelineBenchOptions = {}): Promise<readonly TimelineMeasure[]> {
  const { lines = DEFAULT_LINES, mactimeUpTo = 1_000_000 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
  try {
    const measures: TimelineMeasure[] = [];
    for (const count of lines)
      measures.push(await measure(folder, count, count <= mactimeUpTo && installed('mactime')));
    return measures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, lines: number, withMactime: boolean): Promise<TimelineMeasure> {
  const bodyfile = join(folder, 'bodyfile');
  const bytes = writeGeneratedBodyfile(bodyfile, lines);
  const [ours, theirs] = [join(folder, 'ours.csv'), join(folder, 'mactime.csv')];
  const own = await run(process.execPath, [join(ROOT, 'bin', 'cordon.mjs'), 'timeline', bodyfile], ours);
  const other = withMactime ? await run('mactime', ['-y', '-z', 'UTC', '-d', '-b', bodyfile], theirs) : undefined;
  return {
    name: 'timeline',
    lines,
    input_mb: Math.round(bytes / 2 ** 20),
    ours_s: own.seconds,
    peak_rss_mb: own.peakMb,
    mactime_s: other?.seconds,
    mactime_rss_mb: other?.peakMb,
    ratio: quotient(other?.seconds, own.seconds),
    ours_cpu_s: own.cpuSeconds,
    mactime_cpu_s: other?.cpuSeconds,
    cpu_ratio: quotient(other?.cpuSeconds, own.cpuSeconds),
    output_equal: other === undefined ? undefined : (await sha256(ours)) === (await sha256(theirs)),
  };
}

interface Ran {
  readonly seconds: number;
  readonly peakMb: number | undefined;
  readonly cpuSeconds: number | undefined;
}

async function run(program: string, args: readonly string[], output: string): Promise<Ran> {
  const started = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', openSync(output, 'w'), 'inherit'] });
  let peakMb: number | undefined;
  let cpuSeconds: number | undefined;
  // The kernel keeps the high-water mark: the last look before the end is enough.
  const watch = setInterval(() => {
    peakMb = highWaterMb(child) ?? peakMb;
    cpuSeconds = processorSeconds(child) ?? cpuSeconds;
  }, 20);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  clearInterval(watch);
  if (code !== 0) throw new Error(`${program} ended with exit code ${code}`);
  return { seconds: round((performance.now() - started) / 1000), peakMb, cpuSeconds };
}

/** Linux only: elsewhere the peak is not known. */
function highWaterMb(child: ChildProcess): number | undefined {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
  } catch {
    return undefined;
  }
}

/** User and system time so far: fields 14 and 15 of /proc/PID/stat, in hundredths of a second (proc(5)). */
function processorSeconds(child: ChildProcess): number | undefined {
  try {
    const afterName = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const ticks = Number(afterName[11]) + Number(afterName[12]);
    return Number.isNaN(ticks) ? undefined : ticks / 100;
  } catch {
    return undefined;
  }
}

function quotient(theirs: number | undefined, ours: number | undefined): number | undefined {
  return theirs === undefined || ours === undefined || ours === 0 ? undefined : round(theirs / ours);
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
