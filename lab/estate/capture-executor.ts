import { createHash } from 'node:crypto';
import { sleep } from '../time/clock';
import { now } from './estate';
import { type ExecutorParts, parameter, SILENT } from './executor-parts';
import { memoryImage } from './memory-image';
import { reachesS3 } from './reach';
import type { CommandResult, CommandWork } from './types';

const MIB = 1024 * 1024;

/** The list a host works from: `name<TAB>value` per line. */
async function fetchList(parts: ExecutorParts, work: CommandWork): Promise<Map<string, string[]> | undefined> {
  if (!reachesS3(work.estate, work.instance)) return undefined;
  const answer = await parts.network.get(parameter(work, 'UrlList'));
  if (answer.status !== 200) return undefined;
  const list = new Map<string, string[]>();
  for (const line of answer.body.toString('utf8').split('\n')) {
    const [name = '', value = ''] = line.split('\t');
    if (name !== '') list.set(name, [...(list.get(name) ?? []), value]);
  }
  return list;
}

function failed(output: string): CommandResult {
  return { status: 'Failed', exitCode: 1, output, errorOutput: '' };
}

/** Memory: waits as long as a capture takes, PUTs the stand-in image part by part, then says how it ended. */
export async function captureMemory(parts: ExecutorParts, work: CommandWork): Promise<CommandResult> {
  const startedAt = now(work.estate);
  const list = await fetchList(parts, work);
  if (list === undefined) return failed('the list of URLs could not be fetched');
  const outcome = parts.captureOutcome?.(work.instance.id) ?? (await toolProblem(parts, list));
  const wait = outcome === undefined ? work.estate.parts.durations.memoryCapture : 5000;
  await sleep(parts.clock, wait, `estate/capture/${work.command.id}`);
  if (!(work.reachable() && reachesS3(work.estate, work.instance))) return silence(parts, work, startedAt);
  if (outcome !== undefined)
    return tell(parts, work, list, { outcome, detail: 'as the scenario says', bytes: 0 }, startedAt);
  const image = memoryImage(work.instance.id, parts.memoryBytes ?? 12 * MIB);
  const sent = await sendParts(parts, image, list.get('part') ?? [], Number(parameter(work, 'PartBytes')));
  const facts =
    sent === undefined
      ? { outcome: 'upload-failed', bytes: 0 }
      : {
          outcome: 'captured',
          bytes: image.length,
          sha256: createHash('sha256').update(image).digest('hex'),
          parts: sent,
        };
  return tell(parts, work, list, facts, startedAt);
}

/** The script refuses a tool that it cannot fetch or whose digest is another. */
async function toolProblem(parts: ExecutorParts, list: Map<string, string[]>): Promise<'no-tool' | undefined> {
  const url = list.get('tool')?.[0];
  if (url === undefined) return undefined;
  const tool = await parts.network.get(url);
  const digest = createHash('sha256').update(tool.body).digest('hex');
  return tool.status === 200 && digest === list.get('sha256')?.[0] ? undefined : 'no-tool';
}

async function sendParts(
  parts: ExecutorParts,
  image: Buffer,
  urls: readonly string[],
  partBytes: number,
): Promise<number | undefined> {
  const size = partBytes > 0 ? partBytes : image.length;
  const needed = Math.ceil(image.length / size);
  if (needed > urls.length) return undefined;
  for (const [index, url] of urls.slice(0, needed).entries()) {
    const status = await parts.network.put(url, image.subarray(index * size, (index + 1) * size));
    if (status !== 200) return undefined;
  }
  return needed;
}

async function tell(
  parts: ExecutorParts,
  work: CommandWork,
  list: Map<string, string[]>,
  facts: Readonly<Record<string, unknown>>,
  startedAt: number,
): Promise<CommandResult> {
  const result = {
    ...facts,
    tool: 'stand-in',
    toolVersion: '1',
    origin: 'stand-in',
    startedAt: new Date(startedAt).toISOString(),
    endedAt: new Date(now(work.estate)).toISOString(),
  };
  const output = JSON.stringify(result);
  const url = list.get('result')?.[0];
  if (url !== undefined) await parts.network.put(url, Buffer.from(output));
  const good = facts.outcome === 'captured';
  return { status: good ? 'Success' : 'Failed', exitCode: good ? 0 : 3, output, errorOutput: '' };
}

/** Nothing comes from a host that was cut off: the command runs into its time limit. */
async function silence(parts: ExecutorParts, work: CommandWork, startedAt: number): Promise<CommandResult> {
  const limit = Number(parameter(work, 'TimeLimitSeconds') || '900') * 1000;
  const left = Math.max(0, startedAt + limit - now(work.estate));
  await sleep(parts.clock, left, `estate/silence/${work.command.id}`);
  return SILENT;
}

/** Volatile state: the recorded host's, PUT as one object. */
export async function captureVolatile(parts: ExecutorParts, work: CommandWork): Promise<CommandResult> {
  const startedAt = now(work.estate);
  const list = await fetchList(parts, work);
  if (list === undefined) return failed('the list of URLs could not be fetched');
  await sleep(parts.clock, work.estate.parts.durations.volatileCapture, `estate/volatile/${work.command.id}`);
  if (!(work.reachable() && reachesS3(work.estate, work.instance))) return silence(parts, work, startedAt);
  const [url] = list.get('object') ?? [];
  const body = parts.evidence.volatileState();
  const headers = { 'x-amz-meta-cordon-origin': 'recorded', 'content-type': 'application/json' };
  const status = url === undefined ? 0 : await parts.network.put(url, body, headers);
  const facts = { outcome: status === 200 ? 'captured' : 'upload-failed', bytes: body.length };
  return tell(parts, work, list, { ...facts, origin: 'recorded' }, startedAt);
}
