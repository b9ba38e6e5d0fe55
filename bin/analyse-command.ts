import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderEvidence, linksUnder } from '../core/adapters/evidence/folder-evidence';
import { spillFolder } from '../core/adapters/evidence/spill-folder';
import { storedFile } from '../core/adapters/evidence/stored-file';
import { analyse } from '../core/analysis/analyse';
import { findingFacts } from '../core/analysis/correlate/finding-facts';
import type { EvidenceSource } from '../core/analysis/evidence-source';
import type { Summary } from '../core/analysis/summary-schema';
import { describeError } from '../core/errors';
import { plural } from '../core/text';
import { ANALYSE_USAGE, type AnalyseArguments, readAnalyseArguments } from './analyse-arguments';
import { writeAnalysis } from './analyse-outputs';
import { custodyRows } from './custody-rows';
import type { CommandIo } from './io';

/** A sentence for the person who typed the command. */
class Misuse extends Error {}

/** `cordon analyse`: exit 0 when outputs were written, whatever they say; 2 for input that cannot be read; 1 for a full disk and the like. */
export async function analyseCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const read = readAnalyseArguments(argv);
  if (read === 'help') {
    io.stdout.write(ANALYSE_USAGE);
    return 0;
  }
  if ('problem' in read) return refuse(io, read.problem);
  const scratch = await mkdtemp(join(tmpdir(), 'cordon-analyse-'));
  try {
    const summary = await run(read, scratch, io);
    io.stdout.write(read.json ? `${JSON.stringify(summary)}\n` : spoken(summary, read.out));
    return 0;
  } catch (error) {
    if (error instanceof Misuse) return refuse(io, error.message);
    io.stderr.write(
      `cordon analyse: stopped: ${describeError(error).message}; what was written so far is not complete\n`,
    );
    return 1;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function run(read: AnalyseArguments, scratch: string, io: CommandIo): Promise<Summary> {
  const source = await evidence(read);
  await warnOfLinks(read, io);
  const finding = read.finding === undefined ? undefined : await readJson(read.finding, '--finding');
  if (finding !== undefined && findingFacts(finding) === undefined) {
    throw new Misuse(`${read.finding} is JSON, but no GuardDuty finding: it has no id and type`);
  }
  const custody = read.manifest === undefined ? undefined : custodyRows(await readJson(read.manifest, '--manifest'));
  await mkdir(read.out, { recursive: true }).catch((error: unknown) => {
    throw new Misuse(`${read.out} cannot be used for the results (${describeError(error).message})`);
  });
  const analysis = await analyse(source, {
    ...(finding === undefined ? {} : { finding }),
    ...(custody === undefined ? {} : { custody }),
    origin: read.origin,
    now: () => new Date(),
    progress: progressOn(io),
  });
  await writeAnalysis(analysis, source, read.out, spillFolder(scratch));
  if (io.stderr.isTTY === true) io.stderr.write('\r\u001b[K');
  return analysis.summary;
}

async function evidence({ disk, memory, volatile }: AnalyseArguments): Promise<EvidenceSource> {
  const folders: Record<string, string> = {};
  if (disk !== undefined) folders.disk = await folder(disk, '--disk');
  if (memory !== undefined) folders.memory = await folder(memory, '--memory');
  const source = folderEvidence(folders);
  if (volatile === undefined) return source;
  const { size } = await found(volatile, '--volatile');
  const file = storedFile('volatile/state.json', volatile, size);
  return {
    list: async () => [...(await source.list()), file.name],
    open: async (name) => (name === file.name ? file : source.open(name)),
    storedName: async (name) => (await source.storedName?.(name)) ?? name,
  };
}

/** Links may lead out of the evidence, so they are not read; a person who linked their files must know. */
async function warnOfLinks({ disk, memory }: AnalyseArguments, io: CommandIo): Promise<void> {
  for (const path of [disk, memory]) {
    const links = path === undefined ? 0 : await linksUnder(path);
    if (links > 0)
      io.stderr.write(`cordon analyse: ${plural(links, 'symbolic link')} in ${path} not read: copy the files there\n`);
  }
}

async function folder(path: string, option: string): Promise<string> {
  if (!(await found(path, option)).isDirectory()) throw new Misuse(`${option} needs a folder, and ${path} is none`);
  return path;
}

async function found(path: string, option: string) {
  return stat(path).catch((error: unknown) => {
    const { message } = describeError(error);
    throw new Misuse(
      /ENOENT|ENOTDIR/.test(message)
        ? `${option}: ${path} does not exist`
        : `${option}: ${path} cannot be read (${message})`,
    );
  });
}

async function readJson(path: string, option: string): Promise<unknown> {
  if ((await found(path, option)).isDirectory()) throw new Misuse(`${option} needs a file, and ${path} is a folder`);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Misuse(`${option}: ${path} cannot be read (${describeError(error).message})`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Misuse(`${option}: ${path} is not JSON (${describeError(error).message})`);
  }
}

function refuse(io: CommandIo, problem: string): number {
  io.stderr.write(`cordon analyse: ${problem}\n`);
  return 2;
}

function spoken({ verdict, originNote }: Summary, out: string): string {
  return `${originNote === '' ? '' : `${originNote}\n`}${verdict}\nReport: ${join(out, 'report.html')}\n`;
}

function progressOn(io: CommandIo): (file: string, line?: number) => void {
  if (io.stderr.isTTY !== true) return () => {};
  return (file, line) => {
    io.stderr.write(`\r\u001b[Kreading ${file}${line === undefined ? '' : `, line ${line}`}`);
  };
}
