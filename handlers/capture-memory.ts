import { DOCUMENTS } from '../core/collect/documents';
import {
  captureSeconds,
  planParts,
  SIGNED_SECONDS,
  SLACK_SECONDS,
  streamsOf,
  tooLargeForSession,
} from '../core/collect/parts';
import { renderUrlList, type UrlLine } from '../core/collect/url-list';
import { incidentPrefix, MEMORY_IMAGE, workKey } from '../core/collect/vault-paths';
import type { Estate } from '../core/estate/estate';
import { replay } from '../core/incident/evolve';
import { sha256 } from '../core/incident/ids';
import type { Blobs } from '../core/ports/blobs';
import { type CommandRunner, commandEnded } from '../core/ports/command-runner';
import type { InstancePower } from '../core/ports/estate-reader';
import type { EvidenceVault, Presigner, ToolShelf, Uploads } from '../core/ports/evidence-vault';
import type { KillSwitch } from '../core/ports/switches';
import { touchableEstate } from './estate-of';
import { mayBegin } from './intent';
import { NOTHING_TO_WAIT_FOR, type ParkingPorts, runParkedStep, type Started } from './parked-step';
import { intentOf, type StepContext, slugOf } from './step';
import type { ParkingStepInput } from './task-input';

export interface CaptureMemoryPorts extends ParkingPorts {
  readonly blobs: Blobs;
  readonly commands: CommandRunner;
  readonly power: InstancePower;
  readonly vault: EvidenceVault;
  readonly uploads: Uploads;
  readonly presigner: Presigner;
  readonly shelf: ToolShelf;
  readonly killSwitch: KillSwitch;
}

/**
 * Starts the capture of the instance's memory and parks. The host gets no credentials: one short-lived URL leads to a
 * list of presigned UploadPart URLs. What cannot be captured at all (stopped, no agent, no tool, too large) parks on nothing, and
 * the verifying step says so.
 */
export function makeCaptureMemory(ports: CaptureMemoryPorts) {
  return async (input: ParkingStepInput) =>
    runParkedStep(ports, input, { kind: 'command', minutes: await minutesFor(ports, input) }, async (context) => {
      if (context.incident.memory !== undefined) return NOTHING_TO_WAIT_FOR;
      const estate = await touchableEstate(ports.blobs, context.incident);
      const now = await ports.power.state(context.key);
      if (estate === undefined || now?.state !== 'running') return NOTHING_TO_WAIT_FOR;
      if (tooLargeForSession(estate.instance) !== undefined) return NOTHING_TO_WAIT_FOR;
      return capture(ports, context, estate);
    });
}

/** Memory before containment is time-boxed by the playbook; afterwards it may take as long as its URLs live. */
async function minutesFor(ports: CaptureMemoryPorts, input: ParkingStepInput): Promise<number> {
  if (input.step !== 'Capture memory first') return (SIGNED_SECONDS + SLACK_SECONDS) / 60;
  return replay(await ports.ledger.read(input.incident))?.playbook?.memoryFirstMinutes ?? SLACK_SECONDS / 60;
}

async function capture(ports: CaptureMemoryPorts, context: StepContext, estate: Estate): Promise<Started> {
  const intent = intentOf(context);
  const known = await ports.commands.find(context.key, intent);
  if (known !== undefined) return started(ports, context, known);
  if (!(await ports.commands.online(context.key))) return NOTHING_TO_WAIT_FOR;
  await mayBegin(ports.killSwitch, 'capturing memory');
  const seconds = captureSeconds(estate.instance);
  // A part in flight when the time is up may still arrive.
  const urls = await urlList(ports, context, estate, seconds + SLACK_SECONDS);
  if (urls === undefined) return NOTHING_TO_WAIT_FOR;
  const windows = estate.instance.platform === 'windows';
  // Commands may only be sent to instances that carry the incident's tag; memory first comes before protection writes it.
  await ports.power.tag(context.key, [context.key.instance], { 'cordon:incident': context.incident.id });
  const sent = await ports.commands.send(context.key, {
    document: (windows ? DOCUMENTS.captureMemoryWindows : DOCUMENTS.captureMemory).name,
    intent,
    parameters: {
      Incident: context.incident.id,
      Intent: intent,
      UrlList: urls,
      PartBytes: String(planParts(estate.instance.memoryMiB).partBytes),
      TimeLimitSeconds: String(seconds),
    },
  });
  return sent.status === 'sent' ? started(ports, context, sent.command) : NOTHING_TO_WAIT_FOR;
}

async function started(ports: CaptureMemoryPorts, context: StepContext, command: string): Promise<Started> {
  const status = await ports.commands.status(context.key, command);
  const ended = status !== undefined && commandEnded(status.state);
  return { external: [command], finished: ended ? [command] : [] };
}

/** Key of the object in which the host says how its work ended. */
export function resultKey(context: StepContext, step = context.input.step): string {
  return workKey(context.incident.id, `result-${slugOf(step)}-${context.input.run}-${context.attempt}.json`);
}

/** Presigns everything the host needs and returns the one URL it is given; undefined when the shelf holds no tool. */
async function urlList(
  ports: CaptureMemoryPorts,
  context: StepContext,
  estate: Estate,
  seconds: number,
): Promise<string | undefined> {
  const tools = await toolLines(ports, estate, seconds);
  if (tools.length === 0) return undefined;
  const key = `${incidentPrefix(context.incident.id)}${MEMORY_IMAGE}`;
  // Parts of an earlier try must not mix with this one's: its upload is given up first.
  const earlier = await ports.uploads.find(key);
  if (earlier !== undefined) await ports.uploads.abort(key, earlier);
  const upload = await ports.uploads.start(key);
  const { parts } = planParts(estate.instance.memoryMiB);
  const lines: UrlLine[] = [...tools, { name: 'streams', value: String(streamsOf(estate.instance)) }];
  for (let part = 1; part <= parts; part++) {
    lines.push({ name: 'part', value: await ports.presigner.part(key, upload, part, seconds) });
  }
  lines.push({ name: 'result', value: await ports.presigner.put(resultKey(context), seconds) });
  return listUrl(ports, context, lines);
}

/** The tool for the host's platform, and on Linux every LiME module of the shelf: the host takes the one of its kernel. */
async function toolLines(ports: CaptureMemoryPorts, estate: Estate, seconds: number): Promise<readonly UrlLine[]> {
  const { platform, architecture } = estate.instance;
  const name = platform === 'windows' ? 'winpmem.exe' : 'avml';
  const tool = await ports.shelf.find(architecture === 'arm64' ? `${name}-arm64` : name);
  const modules = platform === 'windows' ? [] : await ports.shelf.startingWith('lime-');
  const urlOf = (key: string) => ports.presigner.get({ bucket: 'tools', key }, seconds);
  const lines: UrlLine[] = [];
  if (tool !== undefined)
    lines.push({ name: 'tool', value: await urlOf(tool.key) }, { name: 'sha256', value: tool.sha256 });
  for (const module of modules) {
    const kernel = module.name.replace(/^lime-/, '').replace(/\.ko$/, '');
    lines.push({ name: 'lime', value: `${kernel} ${module.sha256} ${await urlOf(module.key)}` });
  }
  return lines;
}

/** Stores the list and presigns it for a quarter of an hour: by then the host has read it or never will. */
export async function listUrl(
  ports: Pick<CaptureMemoryPorts, 'vault' | 'presigner'>,
  context: StepContext,
  lines: readonly UrlLine[],
): Promise<string> {
  const body = new TextEncoder().encode(renderUrlList(lines));
  const key = workKey(context.incident.id, `urls-${sha256(body).slice(0, 16)}.tsv`);
  await ports.vault.put(key, body);
  return ports.presigner.get({ bucket: 'evidence', key }, 900);
}
