import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { spillFolder } from '../core/adapters/evidence/spill-folder';
import { storedFile, streamedFile } from '../core/adapters/evidence/stored-file';
import type { EvidenceFile } from '../core/analysis/evidence-source';
import { csvChunks } from '../core/analysis/timeline/csv-rows';
import { type SortedBodyfile, sortBodyfile } from '../core/analysis/timeline/sort-bodyfile';
import { timesketchChunks } from '../core/analysis/timeline/timesketch-rows';
import { describeError } from '../core/errors';
import type { CommandIo } from './io';
import { readTimelineArguments, TIMELINE_USAGE, type TimelineArguments } from './timeline-arguments';

const PROGRESS_EVERY_BYTES = 32 * 1024 * 1024;
const MIB = 1024 * 1024;
/** Takes the progress line away: carriage return, erase to the end of the line. */
const CLEAR_LINE = '\r\u001b[K';

/** `cordon timeline`: rows on stdout, remarks on stderr. Exit code 0, 2 for what cannot be read, 1 for a full disk and the like. */
export async function timelineCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const read = readTimelineArguments(argv);
  if (read === 'help') {
    io.stdout.write(TIMELINE_USAGE);
    return 0;
  }
  if ('problem' in read) return refuse(io, read.problem);
  const file = await openBodyfile(read.bodyfile, io);
  if (typeof file === 'string') return refuse(io, file);
  const folder = await mkdtemp(join(tmpdir(), 'cordon-timeline-'));
  try {
    return await sortAndWrite(read, file, folder, io);
  } catch (error) {
    const { message } = describeError(error);
    // The reader went away (`| head`): nobody is left to tell.
    if (/EPIPE/.test(message)) return 0;
    io.stderr.write(`cordon timeline: stopped: ${message}; the output so far is not complete\n`);
    return 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function refuse(io: CommandIo, problem: string): number {
  io.stderr.write(`cordon timeline: ${problem}\n`);
  return 2;
}

/** The bodyfile, or one sentence why it cannot be opened. */
async function openBodyfile(path: string, io: CommandIo): Promise<EvidenceFile | string> {
  if (path === '-')
    return io.stdin === undefined ? 'there is no standard input' : streamedFile('standard input', io.stdin);
  const found = await stat(path).catch((error: unknown) => describeError(error));
  if ('message' in found) {
    return /ENOENT|ENOTDIR/.test(found.message)
      ? `${path} does not exist`
      : `${path} cannot be read (${found.message})`;
  }
  return found.isDirectory() ? `${path} is a folder; name the bodyfile in it` : storedFile(path, path, found.size);
}

async function sortAndWrite(
  read: TimelineArguments,
  file: EvidenceFile,
  folder: string,
  io: CommandIo,
): Promise<number> {
  const { from, to } = read;
  const sorted = await sortBodyfile({
    chunks: file.chunks(),
    file: file.name,
    range: { from, to },
    spill: spillFolder(folder),
    onProgress: progressOn(io, file),
  });
  if (io.stderr.isTTY === true) io.stderr.write(CLEAR_LINE);
  try {
    const damage = file.damage();
    const complaint = unreadable(sorted, file.name) ?? (sorted.lines === 0 ? damage : undefined);
    if (complaint !== undefined) return refuse(io, complaint);
    await writeAll(io.stdout, read.format === 'csv' ? csvChunks(sorted.rows) : timesketchChunks(sorted.rows));
    remark(io, sorted, damage);
    return 0;
  } finally {
    sorted.close();
  }
}

/** A file with lines of which none is a bodyfile's is something else: better one sentence than an empty timeline. */
function unreadable(sorted: SortedBodyfile, name: string): string | undefined {
  const first = sorted.issues[0];
  if (sorted.readable > 0 || first === undefined) return undefined;
  return `${name} is not a bodyfile (line ${first.line}: ${first.problem}); make one with fls -r -m / IMAGE`;
}

function remark(io: CommandIo, sorted: SortedBodyfile, damage: string | undefined): void {
  const bad = sorted.issues.filter((issue) => issue.line > 0);
  const more = sorted.issues.find((issue) => issue.line === 0);
  const [first] = bad;
  if (first !== undefined) {
    const rest = more === undefined ? '' : `, and ${more.problem}`;
    io.stderr.write(
      `cordon timeline: left out ${bad.length} of ${sorted.lines} lines, the first is line ${first.line}: ${first.problem}${rest}\n`,
    );
  }
  if (damage !== undefined) io.stderr.write(`cordon timeline: ${damage}\n`);
}

/** Waits for each piece: a slow reader must not make the pieces pile up. */
async function writeAll(stdout: Writable, chunks: Iterable<Uint8Array>): Promise<void> {
  // The write's own callback carries the error; without a listener the stream would throw it a second time.
  const ignore = () => {};
  stdout.on('error', ignore);
  try {
    for (const chunk of chunks) {
      await new Promise<void>((resolve, reject) => {
        stdout.write(chunk, (error) => (error ? reject(error) : resolve()));
      });
    }
  } finally {
    stdout.off('error', ignore);
  }
}

function progressOn(io: CommandIo, file: EvidenceFile): (bytes: number) => void {
  if (io.stderr.isTTY !== true) return () => {};
  let shown = 0;
  return (bytes) => {
    if (bytes - shown < PROGRESS_EVERY_BYTES) return;
    shown = bytes;
    io.stderr.write(`\rread ${Math.floor(bytes / MIB)} MiB of ${file.name} `);
  };
}
